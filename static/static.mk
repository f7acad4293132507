# What the web server hands out as it is, the templates and the catalogues:
#   $(BUILD)/static/<hash>/  every static file, under a name that changes with
#                            any of them, so that it can be cached for ever
#   $(BUILD)/static-version  that hash
#   $(BUILD)/templates/      the pages, as sceau-fcgi reads them
#   $(BUILD)/locale/fr.mo    the words

static_files := $(shell find static -name node_modules -prune -o \
    -type f ! -name '.*' -print | LC_ALL=C sort)
template_files := $(sort $(wildcard templates/*.html))
languages := $(sort $(basename $(notdir $(wildcard templates/po/*.po fcgi/po/*.po))))
catalogues := $(languages:%=$(BUILD)/locale/%.mo)
NPM_STAMP := static/node_modules/.installed

.PHONY: static static-always npm
static: $(BUILD)/static-version $(BUILD)/templates/.stamp $(catalogues)

npm: $(NPM_STAMP)

$(NPM_STAMP): static/package-lock.json static/tools/npm-install
	$(call say,NPM,static/node_modules)
	$(Q)static/tools/npm-install

# A file that went away is news as much as one that changed: the lists are
# files that change when their lines do.
$(BUILD)/static-files: static-always
	@mkdir -p $(@D)
	@printf '%s\n' $(static_files) | cmp -s - $@ || \
	    printf '%s\n' $(static_files) >$@

$(BUILD)/template-files: static-always
	@mkdir -p $(@D)
	@printf '%s\n' $(template_files) | cmp -s - $@ || \
	    printf '%s\n' $(template_files) >$@

$(BUILD)/static-version: $(BUILD)/static-files $(static_files) $(NPM_STAMP)
	$(call say,STATIC,$@)
	$(Q)node static/tools/build.js $(BUILD)

$(BUILD)/templates/.stamp: $(BUILD)/template-files $(template_files)
	$(call say,COPY,$(@D))
	@mkdir -p $(@D)
	@rm -f $(@D)/*.html
	$(Q)$(if $(template_files),cp $(template_files) $(@D)/)
	@touch $@

# The words of the pages and those that C says are kept apart, each beside its
# sources, and meet here.
define catalogue_rule
$(BUILD)/locale/$(1).mo: $(wildcard templates/po/$(1).po fcgi/po/$(1).po)
	$$(call say,MSGFMT,$$@)
	@mkdir -p $$(@D)
	$(Q)msgcat --use-first $$^ | msgfmt -o $$@.new - && mv $$@.new $$@
endef
$(foreach l,$(languages),$(eval $(call catalogue_rule,$(l))))

# The vault's tests have core write the requests that they sign or spoil.
$(BUILD)/tests/static/honest: tests/static/honest.c tests/mime/vectors.h \
    $(call archive,cms mime pki base)
	$(call say,TEST,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d -o $@ $< $(ALL_LDFLAGS) \
	    $(call link,cms mime pki base)

node: $(BUILD)/tests/static/honest
