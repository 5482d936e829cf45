#include <gtest/gtest.h>

#include <functional>

#include "stored.hpp"

namespace berth {
namespace {

std::vector<std::string> ids(const JobPage& page) {
  std::vector<std::string> found;
  for (const auto& job : page.jobs) found.push_back(job->id);
  return found;
}

using Ids = std::vector<std::string>;

// j1 to j4, of two projects, in four phases.
class List : public testing::Test {
 protected:
  List() : stored_(folder_ / "berth.db"), reader_(stored_->new_reader()) {
    Job other = a_job("j2");
    JobClass wanted = *other.wanted;
    wanted.project = "surge";
    other.wanted = std::make_shared<const JobClass>(wanted);
    other.owner = "rides";
    other.user = "bob";
    other.uid = 4242;
    other.name = "serve";
    stored_.commit(with_labels(accepting(a_job("j1")), R"({"tier":"experiment","gen":"h"})"));
    stored_.commit(with_labels(accepting(other), R"({"tier":"experiment"})"));
    stored_.commit(with_labels(accepting(a_job("j3")), R"({"tier":"production","gen":"h"})"));
    stored_.commit(accepting(a_job("j4")));
    Job running = a_job("j3");
    running.phase = Phase::kRunning;
    stored_.commit(changing(running, "Ready"));
    stored_.commit(changing(ended(a_job("j1"), 9'000), "Finished"));
  }

  PrivateFolder folder_;
  Stored stored_;
  std::unique_ptr<Reader> reader_;
};

TEST_F(List, FiltersByEachThing) {
  struct Row {
    const char* name;
    std::function<void(JobFilter&)> set;
    Ids wanted;
  };
  const std::vector<Row> rows{
      {"nothing", [](JobFilter&) {}, {"j4", "j3", "j2", "j1"}},
      {"project", [](JobFilter& f) { f.project = "surge"; }, {"j2"}},
      {"owner", [](JobFilter& f) { f.owner = "maps"; }, {"j4", "j3", "j1"}},
      {"user", [](JobFilter& f) { f.user = "bob"; }, {"j2"}},
      {"name", [](JobFilter& f) { f.name = "serve"; }, {"j2"}},
      {"unknown project", [](JobFilter& f) { f.project = "et"; }, {}},
      {"one phase", [](JobFilter& f) { f.phases = {Phase::kRunning}; }, {"j3"}},
      {"two phases",
       [](JobFilter& f) {
         f.phases = {Phase::kSucceeded, Phase::kRunning};
       },
       {"j3", "j1"}},
      {"two phases and a project",
       [](JobFilter& f) {
         f.phases = {Phase::kSucceeded, Phase::kPending};
         f.project = "eta";
       },
       {"j4", "j1"}},
      {"a label",
       [](JobFilter& f) {
         f.labels = {{"tier", "experiment"}};
       },
       {"j2", "j1"}},
      {"a label of one user's jobs",
       [](JobFilter& f) {
         f.labels = {{"tier", "experiment"}};
         f.uid = 4242;
       },
       {"j2"}},
      {"two labels",
       [](JobFilter& f) {
         f.labels = {{"gen", "h"}, {"tier", "experiment"}};
       },
       {"j1"}},
      {"a label, two phases and a user",
       [](JobFilter& f) {
         f.labels = {{"gen", "h"}};
         f.phases = {Phase::kRunning, Phase::kPending};
         f.user = "ada";
       },
       {"j3"}},
      {"a label's key alone",
       [](JobFilter& f) {
         f.labels = {{"tier", ""}};
       },
       {}},
      {"a quote", [](JobFilter& f) { f.project = "' OR 1 --"; }, {}},
  };
  for (const Row& row : rows) {
    JobFilter filter;
    row.set(filter);
    EXPECT_EQ(ids(reader_->jobs(filter)), row.wanted) << row.name;
  }
}

TEST_F(List, GoesThroughPagesWithoutGapOrRepeat) {
  JobFilter filter;
  filter.limit = 3;
  const JobPage first = reader_->jobs(filter);
  EXPECT_EQ(ids(first), (Ids{"j4", "j3", "j2"}));
  stored_.commit(accepting(a_job("j5")));  // newer than the page: does not shift the next

  filter.after = first.next;
  const JobPage second = reader_->jobs(filter);

  EXPECT_EQ(ids(second), (Ids{"j1"}));
  EXPECT_EQ(second.next, "");
}

TEST_F(List, PagesOfSeveralPhasesAreInOrder) {
  JobFilter filter;
  filter.phases = {Phase::kPending, Phase::kRunning, Phase::kSucceeded};
  filter.limit = 1;
  Ids found;
  do {
    const JobPage page = reader_->jobs(filter);
    ASSERT_EQ(page.jobs.size(), 1u);
    found.push_back(page.jobs[0]->id);
    filter.after = page.next;
  } while (!filter.after.empty());
  EXPECT_EQ(found, (Ids{"j4", "j3", "j2", "j1"}));
}

TEST_F(List, ATokenThatIsNoneFindsNothing) {
  JobFilter filter;
  filter.after = "3x";
  EXPECT_TRUE(reader_->jobs(filter).jobs.empty());
}

TEST_F(List, CountsByPhase) {
  const std::vector<std::pair<Phase, std::int64_t>> wanted{
      {Phase::kPending, 2}, {Phase::kRunning, 1}, {Phase::kSucceeded, 1}};
  EXPECT_EQ(reader_->counts(), wanted);
}

TEST(Events, OfAllJobsGoOnFromASequence) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  const auto reader = stored->new_reader();
  Change change = accepting(a_job("j1"));
  change.events = {Event{.kind = "Enqueued", .message = "m", .user = "ada", .at_ms = 77}};
  const std::int64_t first = stored.commit(change).sequence;
  stored.commit(accepting(a_job("j2")));
  Change of_site;
  of_site.events = {Event{.kind = "Cordoned"}};
  const std::int64_t last = stored.commit(of_site).sequence;

  const EventPage all = reader->events("", 0, 10);
  const EventPage after_first = reader->events("", first, 1);

  ASSERT_EQ(all.events.size(), 3u);
  EXPECT_EQ(all.events[0].job, "j1");
  EXPECT_EQ(all.events[0].message, "m");
  EXPECT_EQ(all.events[0].at_ms, 77);
  EXPECT_EQ(all.events[2].job, "");
  EXPECT_EQ(all.last_sequence, last);
  EXPECT_EQ(all.first_kept, 1);
  ASSERT_EQ(after_first.events.size(), 1u);
  EXPECT_EQ(after_first.events[0].job, "j2");
  EXPECT_EQ(after_first.last_sequence, last);
}

TEST(Events, OfOneJobAreItsOwn) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  stored.commit(accepting(a_job("j1")));
  stored.commit(accepting(a_job("j2")));
  stored.commit(changing(a_job("j1"), "Held"));
  Change elsewhere;
  elsewhere.events = {Event{.job = "j1", .kind = "Progress"}};
  stored.commit(elsewhere);

  const EventPage page = stored->new_reader()->events("j1", 0, 10);

  ASSERT_EQ(page.events.size(), 3u);
  EXPECT_EQ(page.events[0].kind, "Enqueued");
  EXPECT_EQ(page.events[1].kind, "Held");
  EXPECT_EQ(page.events[2].kind, "Progress");
  EXPECT_TRUE(stored->new_reader()->events("jnone", 0, 10).events.empty());
}

TEST(ReaderOfNothing, AnswersWithNothing) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  const auto reader = stored->new_reader();
  EXPECT_TRUE(reader->jobs({}).jobs.empty());
  EXPECT_FALSE(reader->job("j1"));
  EXPECT_TRUE(reader->attempts("j1").empty());
  EXPECT_FALSE(reader->request("j1"));
  EXPECT_FALSE(reader->decision("j1", 1));
  EXPECT_TRUE(reader->counts().empty());
  EXPECT_EQ(reader->events("", 0, 10).last_sequence, 0);
}

}  // namespace
}  // namespace berth
