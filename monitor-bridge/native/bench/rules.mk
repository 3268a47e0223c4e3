# uvbench: the reader's figures (goals J and K). It makes its own views with the tests' small writer.
$(eval $(call program,uvbench,bench/uvbench.c bench/translate.c bench/visible.c bench/samples.c test/view_builder.c))
# uvstamps: watches one partition for torn maps; tests of the writer run it.
$(eval $(call program,uvstamps,bench/stamps.c))
