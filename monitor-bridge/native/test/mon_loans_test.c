/* Pages of two partitions: lent, shared and protected. Two monitors with their guests on one host memory; the views say what the ledger would. */
#include "check.h"
#include "mon_scene.h"

#include <signal.h>

enum { INCARNATION = 3, FLOOR = 5, FRAME = 50, OWNER_PAGE = 4, BORROWER_PAGE = 900 };

static const char *const names[] = { "owner", "borrower" };

struct party {
	const char *name;
	struct builder *view;
	pid_t monitor, guest;
};

struct loan {
	const char *directory;
	volatile uint8_t *memory;
	struct party owner, borrower;
};

static struct party begin_party(const char *directory, int number, uint64_t first_frame)
{
	struct party party = { .name = names[number] };
	struct builder_options options = builder_defaults();
	char path[UV_PATH_SIZE];
	uv_error error;
	uv_path(path, directory, UV_FILE_VIEW, "r1", party.name, &error);
	options.partition = 20 + (uint64_t)number;
	options.partition_name = party.name;
	options.node_capacity = 512;
	party.view = builder_open(path, &options);
	party.monitor =
		world_start("ultramonitor", "--dir", directory, "--partition", party.name, "--guest", world_program("ultraguest"), "--lenient", (char *)NULL);
	builder_attach(party.view, world_nonce(directory, party.name, 0), INCARNATION, FLOOR);
	builder_partition_state(party.view, UV_RUNNING);
	for (uint64_t i = 0; i < 4; i++)
		builder_put(party.view, i, 0, first_frame + i, UV_READ | UV_WRITE);
	builder_publish(party.view, FLOOR);
	CHECK(world_counted(directory, party.name, GOOD, 10), "the guest of %s does not work", party.name);
	party.guest = world_guest_of(party.monitor);
	return party;
}

static struct loan loan_begin(const char *name)
{
	struct loan loan = { .directory = world_make(name) };
	loan.memory = world_memory(loan.directory, 4096);
	loan.owner = begin_party(loan.directory, 0, 16);
	loan.borrower = begin_party(loan.directory, 1, 32);
	return loan;
}

static void end_party(const struct loan *loan, struct party *party)
{
	uint64_t bad;
	kill(party->monitor, SIGTERM);
	CHECK(world_wait(party->monitor, 10) == 0, "SIGTERM ends a monitor cleanly");
	bad = world_statistic(loan->directory, party->name, BAD);
	CHECK(bad == 0, "%s: %d bad checks", party->name, (int)bad);
	builder_close(party->view);
}

static void loan_end(struct loan *loan)
{
	end_party(loan, &loan->owner);
	end_party(loan, &loan->borrower);
}

static void publish(const struct loan *loan, struct party *party, uint64_t sequence)
{
	builder_publish(party->view, sequence);
	CHECK(world_acknowledged(loan->directory, party->name, INCARNATION, sequence), "%s acknowledges %d", party->name, (int)sequence);
}

/* The rights with which a party has a page of guest memory now, as the kernel sees it; 0: none. */
static unsigned rights_at(const struct party *party, uint64_t page)
{
	uv_run runs[16];
	size_t count = world_mappings(party->guest, SCENE_BASE, runs, 16);
	for (size_t i = 0; i < count && i < 16; i++)
		if (page - runs[i].guest < runs[i].count)
			return runs[i].rights;
	return 0;
}

static void a_shared_page_is_read_by_both_and_written_by_one(void)
{
	check_case("a page that is shared to be read: the owner writes, the borrower cannot");
	struct loan loan = loan_begin("shared");
	builder_put(loan.owner.view, OWNER_PAGE, 0, FRAME, UV_READ | UV_WRITE);
	publish(&loan, &loan.owner, 6);
	builder_put(loan.borrower.view, BORROWER_PAGE, 0, FRAME, UV_READ);
	publish(&loan, &loan.borrower, 7);
	CHECK(rights_at(&loan.owner, OWNER_PAGE) == (UV_READ | UV_WRITE), "the owner's rights");
	CHECK(rights_at(&loan.borrower, BORROWER_PAGE) == UV_READ, "the borrower's rights");
	uint64_t faults = world_statistic(loan.directory, loan.borrower.name, FAULTS), good = world_statistic(loan.directory, loan.owner.name, GOOD);
	CHECK(world_counted(loan.directory, loan.borrower.name, FAULTS, faults + 5), "the borrower's attempts are stopped");
	/* Had the borrower written, the owner would find its own page changed, which loan_end sees. */
	CHECK(world_counted(loan.directory, loan.owner.name, GOOD, good + 50), "the owner goes on");
	CHECK(!world_frame_zero(loan.memory, FRAME), "what the owner writes is there");
	builder_remove(loan.borrower.view, BORROWER_PAGE, 0);
	publish(&loan, &loan.borrower, 8);
	CHECK(rights_at(&loan.borrower, BORROWER_PAGE) == 0, "what was given back is still mapped");
	loan_end(&loan);
}

static void a_lent_page_is_the_borrowers_until_it_is_given_back(void)
{
	check_case("a page that is lent: gone from the owner before the borrower has it, and the other way round");
	struct loan loan = loan_begin("lent");
	builder_put(loan.owner.view, OWNER_PAGE, 0, FRAME, UV_READ | UV_WRITE);
	publish(&loan, &loan.owner, 6);
	for (uint64_t sequence = 7; sequence < 40; sequence += 4) {
		builder_remove(loan.owner.view, OWNER_PAGE, 0);
		publish(&loan, &loan.owner, sequence);
		CHECK(rights_at(&loan.owner, OWNER_PAGE) == 0, "lent, acknowledged and still mapped");
		builder_put(loan.borrower.view, BORROWER_PAGE, 0, FRAME, UV_READ | UV_WRITE);
		publish(&loan, &loan.borrower, sequence + 1);
		CHECK(rights_at(&loan.borrower, BORROWER_PAGE) == (UV_READ | UV_WRITE), "the borrower's rights");
		builder_remove(loan.borrower.view, BORROWER_PAGE, 0);
		publish(&loan, &loan.borrower, sequence + 2);
		CHECK(rights_at(&loan.borrower, BORROWER_PAGE) == 0, "given back, acknowledged and still mapped");
		builder_put(loan.owner.view, OWNER_PAGE, 0, FRAME, UV_READ | UV_WRITE);
		publish(&loan, &loan.owner, sequence + 3);
	}
	loan_end(&loan);
}

static void part_of_a_block_is_protected(void)
{
	check_case("part of a block becomes read-only before that is acknowledged, the rest stays; the right comes back in place");
	struct loan loan = loan_begin("protected");
	const uint64_t block = 2048, part = block + 7;
	for (uint64_t i = 0; i < 1024; i++)
		builder_put(loan.owner.view, block + i, 0, block + i, UV_READ | UV_WRITE);
	publish(&loan, &loan.owner, 6);
	CHECK(rights_at(&loan.owner, part) == (UV_READ | UV_WRITE), "before");
	builder_put(loan.owner.view, part, 0, part, UV_READ);
	publish(&loan, &loan.owner, 7);
	CHECK(rights_at(&loan.owner, part) == UV_READ, "acknowledged and still writable");
	CHECK(rights_at(&loan.owner, part - 1) == (UV_READ | UV_WRITE) && rights_at(&loan.owner, part + 1) == (UV_READ | UV_WRITE), "its neighbours");
	builder_add_in_place(loan.owner.view, part, part, UV_READ | UV_WRITE, 8);
	CHECK(world_acknowledged(loan.directory, loan.owner.name, INCARNATION, 8), "sequence 8");
	CHECK(rights_at(&loan.owner, part) == (UV_READ | UV_WRITE), "afterwards");
	loan_end(&loan);
}

int main(void)
{
	a_shared_page_is_read_by_both_and_written_by_one();
	a_lent_page_is_the_borrowers_until_it_is_given_back();
	part_of_a_block_is_protected();
	return check_report();
}
