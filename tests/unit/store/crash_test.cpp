#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "stored.hpp"

namespace berth {
namespace {

constexpr int kIdBytes = 8;
constexpr int kWaiting = 64;

std::string id_of(int number) {
  std::string digits = std::to_string(number);
  return "j" + std::string(kIdBytes - 1 - digits.size(), '0') + digits;
}

// Submits and changes without end; writes the id of each acknowledged job to `acknowledged`.
[[noreturn]] void storm(const std::filesystem::path& file, int first, int acknowledged) {
  Stored stored(file);
  int submitted = first;
  std::function<void()> submit = [&] {
    const Job job = a_job(id_of(submitted++));
    stored->commit(accepting(job), [&, id = job.id](const Committed& answer) {
      if (answer.outcome != Committed::Outcome::kDone) _exit(1);
      if (write(acknowledged, id.data(), id.size()) != kIdBytes) _exit(2);
      submit();
    });
  };
  for (int i = 0; i < kWaiting; ++i) submit();
  stored.loop().run_until([] { return false; });
  _exit(3);
}

std::string read_id(int from) {
  std::string id(kIdBytes, '\0');
  std::size_t got = 0;
  while (got < id.size()) {
    const ssize_t count = read(from, id.data() + got, id.size() - got);
    if (count <= 0) return {};
    got += static_cast<std::size_t>(count);
  }
  return id;
}

// The acknowledged ids of a storm that is killed after `enough` of them.
std::set<std::string> ids_of_killed_storm(const std::filesystem::path& file, int first,
                                          int enough) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    storm(file, first, ends[1]);
  }
  close(ends[1]);
  std::set<std::string> ids;
  for (std::string id = read_id(ends[0]); !id.empty(); id = read_id(ends[0])) {
    ids.insert(id);
    if (static_cast<int>(ids.size()) == enough) kill(child, SIGKILL);
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  return ids;
}

TEST(Crash, LosesNoAcknowledgedJob) {
  const PrivateFolder folder;
  const std::filesystem::path file = folder / "berth.db";
  std::set<std::string> acknowledged;
  for (int round = 0; round < 8; ++round)
    acknowledged.merge(ids_of_killed_storm(file, round * 100'000, 50 + 173 * round));

  Stored stored(file);

  std::set<std::string> found;
  for (const Job& job : stored->unfinished_jobs()) found.insert(job.id);
  std::size_t events = 0;
  std::int64_t since = 0;
  for (EventPage page = stored->new_reader()->events("", since, 1000); !page.events.empty();
       page = stored->new_reader()->events("", since, 1000)) {
    events += page.events.size();
    since = page.events.back().sequence;
  }
  EXPECT_GE(acknowledged.size(), 8u * 50u);
  for (const std::string& id : acknowledged) EXPECT_TRUE(found.contains(id)) << id;
  EXPECT_EQ(events, found.size()) << "a job and its event are there together or not at all";
}

}  // namespace
}  // namespace berth
