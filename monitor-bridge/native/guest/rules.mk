# ultraguest, and the runtime for other guests.
GUEST_RUNTIME := guest/runtime.c guest/mapper.c guest/filter.c
$(eval $(call program,ultraguest,guest/ultraguest.c guest/work.c guest/pages.c guest/pattern.c $(GUEST_RUNTIME)))
# A guest for the tests of containment.
$(eval $(call program,test/hostile,test/guests/hostile.c $(GUEST_RUNTIME)))
