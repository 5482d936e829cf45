// Reads committed state through a connection of its own.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "store/reader.hpp"
#include "store/rows.hpp"
#include "store/sqlite_database.hpp"
#include "store/stored_classes.hpp"

namespace berth {

class SqliteReader final : public Reader {
 public:
  using Fatal = std::function<void(const std::string&)>;

  // `on_fatal` is told when the file cannot be read; if it returns, so does the call, with nothing.
  // Throws SqliteFailure.
  SqliteReader(const std::filesystem::path& file, std::size_t classes_max, Fatal on_fatal);

  JobPage jobs(const JobFilter& filter) override;
  std::optional<Job> job(const std::string& id) override;
  std::vector<Attempt> attempts(const std::string& id) override;
  std::optional<StoredRequest> request(const std::string& id) override;
  EventPage events(const std::string& job, std::int64_t since, int limit) override;
  std::optional<DecisionRecord> decision(const std::string& job, int attempt) override;
  std::vector<std::pair<Phase, std::int64_t>> counts() override;

  // Every job that has not ended, in the order of acceptance.
  void for_each_unfinished(const std::function<void(Job)>& take);
  std::vector<ClusterMark> cluster_marks();

 private:
  class Snapshot;
  struct FoundJob {
    std::int64_t row = 0;
    Job job;
  };

  template <typename Read>
  auto guarded(Read read) -> decltype(read());
  Statement& kept_statement(const std::string& sql);
  FoundJob read_job(Rows& rows);
  JobPage read_page(const JobFilter& filter, std::int64_t before);
  EventPage read_marks();

  std::string file_;
  Fatal on_fatal_;
  Database database_;
  ClassReader classes_;
  Statement attempt_;
  std::unordered_map<std::string, Statement> statements_;
};

}  // namespace berth
