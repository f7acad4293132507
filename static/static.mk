# What the web server hands out as it is, the templates and the catalogues:
#   $(BUILD)/static/<hash>/  every static file, under a name that changes with
#                            any of them, so that it can be cached for ever
#   $(BUILD)/static-version  that hash
#   $(BUILD)/templates/      the pages, as sceau-fcgi reads them
#   $(BUILD)/locale/fr.mo    the words

static_files := $(shell find static -name node_modules -prune -o \
    -type f ! -name '.*' -print | LC_ALL=C sort)
template_files := $(sort $(wildcard templates/*.html))
catalogues := $(patsubst templates/po/%.po,# The words of the pages and those that C says are kept apart, each beside its
# sources, and meet here.
define catalogue_rule
$(BUILD)/locale/$(1).mo: $(wildcard templates/po/$(1).po fcgi/po/$(1).po)
	$$(call say,MSGFMT,$$@)
	@mkdir -p $$(@D)
	$(Q)msgcat --use-first $$^ | msgfmt -o $$@.new - && mv $$@.new $$@
endef
$(foreach l,$(languages),$(eval $(call catalogue_rule,$(l))))
