# ultramonitor, and what its parts' tests link with.
$(eval $(call program,ultramonitor,$(sort $(wildcard monitor/*.c))))
$(BUILD)/test/mon_runs_test: $(BUILD)/monitor/runs.o
$(BUILD)/test/mon_guest_test: $(BUILD)/monitor/guest.o $(BUILD)/monitor/commands.o
# uvcontain: goal L.
$(eval $(call program,uvcontain,monitor/measure/uvcontain.c monitor/guest.c monitor/commands.c))
