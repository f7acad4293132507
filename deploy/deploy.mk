# Installing, the demonstration, and what both need.

SYSCONF ?= /etc
share := $(DESTDIR)$(PREFIX)/share/sceau

deps-build:
	deploy/deps build

deps-demo:
	deploy/deps build demo

deps-lint:
	deploy/deps build lint

deps-check:
	deploy/deps build demo check

# The packages come first, in a make of their own: this one was started before
# pkg-config could answer.
demo: deps-demo
	$(MAKE) all
	BUILD='$(BUILD)' deploy/demo/demo

install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin \
	    $(DESTDIR)$(SYSCONF)/sceau $(share)/templates $(share)/locale \
	    $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 \
	    $(DESTDIR)$(PREFIX)/share/man/man8 $(DESTDIR)/lib/systemd/system \
	    $(DESTDIR)/usr/lib/tmpfiles.d
	install -m 755 $(BUILD)/sceau-fcgi $(DESTDIR)$(PREFIX)/sbin/sceau-fcgi
	install -m 755 $(BUILD)/sceau-ca $(BUILD)/sceau-revocation \
	    $(DESTDIR)$(PREFIX)/sbin
	install -m 755 $(BUILD)/sceauctl $(DESTDIR)$(PREFIX)/bin/sceauctl
	install -m 644 templates/*.html $(share)/templates
	cp -R $(BUILD)/locale/. $(share)/locale/
	rm -rf $(share)/static && cp -R $(BUILD)/static $(share)/static
	install -m 644 $(BUILD)/static-version $(share)/static-version
	install -m 644 deploy/sceau.conf.example deploy/sceau-ca.conf.example \
	    $(DESTDIR)$(SYSCONF)/sceau
	install -m 644 deploy/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 deploy/man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 deploy/man/*.8 $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 deploy/systemd/*.service deploy/systemd/*.socket \
	    deploy/systemd/*.timer \
	    $(DESTDIR)/lib/systemd/system
	install -m 644 deploy/systemd/sceau.tmpfiles \
	    $(DESTDIR)/usr/lib/tmpfiles.d/sceau.conf
