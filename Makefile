# sceau: targets are listed by `make help`. Objects go under $(BUILD), one
# archive per folder, so that what a folder may link is what it may include.

BUILD ?= build
CC ?= cc
CFLAGS ?= -O2 -g
WERROR ?= -Werror
PREFIX ?= /usr
V ?= 0
Q = $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-6s %s\n' $(1) $(2))

VERSION := 0.1.0
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wvla \
        -Wswitch-enum -Wno-unused-parameter $(WERROR)
HARDEN ?= -fstack-protector-strong -fstack-clash-protection -fcf-protection \
          -fPIE -D_FORTIFY_SOURCE=2
HARDEN_LD ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack
# A test program is compiled once and run once: neither optimised nor
# fortified, and linked by the faster of binutils' two linkers.
TEST_CFLAGS ?= -O0 -g1 -U_FORTIFY_SOURCE
TEST_LDFLAGS ?= -fuse-ld=gold
SAN ?=

pkg = $(shell pkg-config --$(1) $(2) 2>/dev/null)
PKGS := glib-2.0 gmime-3.0 gnutls hogweed nettle zlib sqlite3 jansson libcurl
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -I. -DSCEAU_VERSION='"$(VERSION)"' \
             $(WARN) $(if $(SAN),,$(HARDEN)) $(SAN) \
             $(call pkg,cflags,$(PKGS)) $(CFLAGS)
# A program loads what it calls: sceauctl no libcurl, and what that brings.
ALL_LDFLAGS = $(if $(SAN),,$(HARDEN_LD)) -Wl,--as-needed $(SAN) $(LDFLAGS)
LIBS = $(call pkg,libs,$(PKGS)) -lgmp -lfcgi -lpthread

FOLDERS := admin mail net mime cms pki store base
# What each folder's tests link: itself and what it may include.
deps_base  := base
deps_store := store base
deps_pki   := pki base
deps_cms   := cms pki base
deps_mime  := mime base
deps_net   := net base
deps_mail  := mail net mime cms pki store base
deps_admin := admin net mime cms pki store base
deps_fcgi  := fcgi $(FOLDERS)
deps_interop := $(FOLDERS)

sources = $(wildcard core/$(1)/*.c)
objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
archive = $(patsubst %,$(BUILD)/lib%.a,$(1))
link = -Wl,--start-group $(call archive,$(1)) -Wl,--end-group $(LIBS)

# fcgi/main.c is the program; the rest of fcgi is linked into its tests too.
FCGI_SRC := $(filter-out fcgi/main.c,$(wildcard fcgi/*.c fcgi/pages/*.c fcgi/pages/admin/*.c))
CTL_SRC := $(wildcard deploy/sceauctl*.c)
CA_SRC := $(wildcard deploy/sceau_ca*.c)
REVOCATION_SRC := deploy/sceau_revocation.c deploy/sceauctl_office.c
PROGRAMS := $(patsubst %,$(BUILD)/%,sceau-fcgi sceauctl sceau-revocation sceau-ca)

UNIT_DIRS := base store pki cms mime net mail admin fcgi interop
UNIT_SRC := $(foreach d,$(UNIT_DIRS),$(wildcard tests/$(d)/test_*.c))
UNIT := $(patsubst tests/%.c,$(BUILD)/tests/%,$(UNIT_SRC))

.PHONY: all help programs unit unit-build check check-long demo asan lint layers format \
        fuzz bench install clean static deps-build deps-demo deps-lint deps-check

all: programs static

help:
	@echo 'make [all]     programs and static files, under $(BUILD)/'
	@echo 'make demo      a whole private mail system on loopback; Ctrl-C ends'
	@echo 'make check     install what is missing, run the tests (15 minutes)'
	@echo 'make check-long  campaigns: mutations, fuzzing, timing'
	@echo 'make asan      the unit tests under ASan and UBSan'
	@echo 'make lint layers format fuzz bench install clean'

programs: $(PROGRAMS)

define folder_rules
$(BUILD)/lib$(1).a: $(call objects,$(call sources,$(1)))
	$$(call say,AR,$$@)
	$(Q)rm -f $$@; $(AR) rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call folder_rules,$(f))))

$(BUILD)/core/base/config.o: CFLAGS += -DSCEAU_SHARE='"$(PREFIX)/share/sceau"'

# The numbered schema files become one table of texts.
GENERATED_SRC += $(BUILD)/core/store/schema.c
$(BUILD)/core/store/schema.c: core/store/schema.awk $(sort $(wildcard core/store/schema/*.sql))
	@mkdir -p $(@D)
	$(Q)LC_ALL=C awk -f $^ > $@.new && mv $@.new $@

$(BUILD)/core/store/schema.o: $(BUILD)/core/store/schema.c
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libstore.a: $(BUILD)/core/store/schema.o

$(BUILD)/libfcgi.a: $(call objects,$(FCGI_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@; $(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/sceau-fcgi: $(BUILD)/fcgi/main.o $(call archive,fcgi $(FOLDERS))
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(call link,fcgi $(FOLDERS))

$(BUILD)/sceauctl: $(call objects,$(CTL_SRC)) $(call archive,$(FOLDERS))
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(call objects,$(CTL_SRC)) $(call link,$(FOLDERS))

$(BUILD)/sceau-revocation: $(call objects,$(REVOCATION_SRC)) $(call archive,$(FOLDERS))
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(call objects,$(REVOCATION_SRC)) $(call link,$(FOLDERS))

# The one program that links the authority; it needs no more than this.
CA_LINK = -Wl,--start-group $(call archive,pki store base) -Wl,--end-group \
          $(call pkg,libs,glib-2.0 gnutls sqlite3 jansson) -lpthread
$(BUILD)/sceau-ca: $(call objects,$(CA_SRC)) $(call archive,pki store base)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(call objects,$(CA_SRC)) $(CA_LINK)

# Renders one template with an example context, for tests and pictures.
$(BUILD)/render: $(BUILD)/tests/fcgi/render.o $(call archive,fcgi base)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(call link,fcgi base)

define unit_rules
$(BUILD)/tests/$(1)/%: tests/$(1)/%.c $(call archive,$(deps_$(1)))
	$$(call say,TEST,$$@)
	@mkdir -p $$(@D)
	$(Q)$$(CC) $$(ALL_CFLAGS) $(TEST_CFLAGS) -MMD -MP -MF $$@.d -o $$@ $$< $$(ALL_LDFLAGS) $(TEST_LDFLAGS) $$(call link,$(deps_$(1))) -lcmocka
endef
$(foreach d,$(UNIT_DIRS),$(eval $(call unit_rules,$(d))))

# The tests of the authority start the real one.
$(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/admin/test_*.c)): | $(BUILD)/sceau-ca

unit-build: $(UNIT)

unit: unit-build
	tests/run-unit $(UNIT)

# One folder's unit tests: make unit-pki
unit-%:
	$(MAKE) $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/$*/test_*.c))
	tests/run-unit $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/$*/test_*.c))

asan:
	$(MAKE) BUILD=$(BUILD)/asan SAN='-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer' CFLAGS='-O1 -g' programs unit

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
-include tests/check.mk static/static.mk deploy/deploy.mk
