# What `make check`, `make check-long`, `make lint` and `make bench` run. Each
# suite is one script or make target, so that it can be run alone.

FUZZ_SECONDS ?= 20
C_FILES = $(shell git ls-files '*.c' '*.h')

# On a bare machine the rest is installed while the programs are compiled;
# what does not compile is told by its suite.
check: deps-build
	@deploy/deps demo check & \
	    $(MAKE) -s -k -j$$(nproc) all $(BUILD)/render unit-build \
	    >/dev/null 2>&1; wait $$!
	$(MAKE) check-suites

.PHONY: check-suites words units sizes-check lint-c lint-js node journeys \
        fuzz-build pictures
check-suites:
	BUILD='$(BUILD)' tests/check

check-long: deps-check
	deploy/deps long
	$(MAKE) all
	BUILD='$(BUILD)' tests/check-long

layers:
	tests/lint/layers

sizes-check:
	tests/lint/sizes
	tests/lint/promises
	tests/mutants/run --tables

words:
	tests/lint/words

units:
	tests/lint/units

format:
	$(call say,FORMAT,every C file)
	$(Q)clang-format -i $(C_FILES)

lint-c: deps-lint
	$(call say,FORMAT,'every C file')
	$(Q)clang-format --dry-run -Werror $(C_FILES)
	$(call say,TIDY,'every C file')
	$(Q)tests/lint/tidy $(filter %.c,$(C_FILES)) -- $(ALL_CFLAGS)

lint-js: static
	static/node_modules/.bin/eslint --config static/eslint.config.js \
	    static tests/static tests/journeys
	static/node_modules/.bin/tsc -p static/tsconfig.json

lint: layers sizes-check words units lint-c lint-js

# The longest first, so that it is a short one that the others wait for.
long_node = $(patsubst %,tests/static/%.test.mjs,unwrap vault-browser vault \
    unwrap-programs pkcs12)
node: all
	BUILD='$(BUILD)' tests/run-unit $(long_node) \
	    $(filter-out $(long_node),$(wildcard tests/static/*.test.mjs))

journeys: all $(BUILD)/render
	BUILD='$(BUILD)' tests/journeys/run

# Every page, under $(BUILD)/pictures: in French and half in English, with
# SCEAU_LONG=1 in all twelve turns.
pictures: all $(BUILD)/render
	BUILD='$(BUILD)' node --test tests/journeys/pictures.js

fuzz_targets = $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS = -std=gnu11 -D_GNU_SOURCE -I. -DSCEAU_VERSION='"fuzz"' \
             -O1 -gline-tables-only -fsanitize=address,undefined \
             -fno-sanitize-recover=undefined \
             $(call pkg,cflags,$(PKGS))
# Under the sanitizers are the rooms in which bytes from outside are parsed;
# the others are linked as they are, since what calls those reaches them too.
fuzz_folders := base pki cms mime net mail
fuzz_lib = $(patsubst %.c,$(BUILD)/fuzz/%.o,$(foreach f,$(fuzz_folders),$(call sources,$(f))) $(filter-out fcgi/pages/%,$(FCGI_SRC)))

$(BUILD)/fuzz/%.o: %.c
	$(call say,FUZZCC,$<)
	@mkdir -p $(@D)
	$(Q)clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/libsceau.a: $(fuzz_lib)
	$(Q)rm -f $@; $(AR) rcs $@ $^

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(BUILD)/fuzz/libsceau.a $(call archive,fcgi $(FOLDERS))
	$(call say,FUZZ,$@)
	$(Q)clang $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $< -Wl,--start-group $(BUILD)/fuzz/libsceau.a $(call archive,fcgi admin store) -Wl,--end-group $(LIBS)

fuzz-build: $(patsubst %,$(BUILD)/fuzz/fuzz_%,$(fuzz_targets))

fuzz: fuzz-build
	BUILD='$(BUILD)' tests/fuzz/run $(FUZZ_SECONDS) $(fuzz_targets)

$(BUILD)/bench-issue: tests/bench/issue.c $(call archive,$(deps_admin))
	$(call say,BENCH,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d -o $@ $< $(ALL_LDFLAGS) $(call link,$(deps_admin)) -lcmocka

$(BUILD)/bench-accounts: tests/bench/accounts.c $(call archive,fcgi $(FOLDERS))
	$(call say,BENCH,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d -o $@ $< $(ALL_LDFLAGS) $(call link,fcgi $(FOLDERS)) -lcmocka

bench: all $(BUILD)/bench-issue $(BUILD)/bench-accounts
	BUILD='$(BUILD)' tests/bench/run
