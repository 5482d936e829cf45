// Every unfinished job by its id, however many there are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "model/job.hpp"

namespace berth {

struct Live;

// A long queue is made of jobs that differ in little and of which nothing is known beyond their
// row. Such a job rests: what it shares with others is held once. It is woken, and is a `Live` like
// any other, when somebody asks for it. Everything is [loop].
class Roster {
 public:
  // What a resting job does not share with the others of its kind.
  struct Resting {
    std::shared_ptr<const Job> kind;  // all the rest of it
    std::string name;
    std::int64_t priority = 0;
    Stamp submitted;
  };

  Roster();
  ~Roster();

  // It waits and has no attempt, so its record is all that there is to know.
  static bool may_rest(const Job& job);

  // Wakes the job if it rests; null: there is none of that id.
  Live* find(const std::string& id);
  // As it is now, without waking it.
  std::optional<Job> look_at(const std::string& id) const;

  Live& add(Job job);
  // Of a job that may rest: not among the others yet. It is added in the end, or given up.
  Resting pack(Job job);
  void add_resting(const std::string& id, Resting resting);
  void give_up(Resting resting);
  // Puts the job to rest if it may and nothing of it is under way. Its `Live` is gone then.
  void rest(const std::string& id);
  void erase(const std::string& id);

  std::size_t size() const { return awake_.size() + resting_.size(); }
  // Those that do not rest; all that have an attempt are among them.
  const std::unordered_map<std::string, std::unique_ptr<Live>>& awake() const { return awake_; }

 private:
  using Kind = std::shared_ptr<const Job>;
  // A kind is found by a job that is like it.
  struct HashKind {
    using is_transparent = void;
    std::size_t operator()(const Job& job) const;
    std::size_t operator()(const Kind& kind) const { return (*this)(*kind); }
  };
  struct SameKind {
    using is_transparent = void;
    bool operator()(const Kind& a, const Kind& b) const { return *a == *b; }
    bool operator()(const Job& a, const Kind& b) const { return a == *b; }
    bool operator()(const Kind& a, const Job& b) const { return *a == b; }
  };

  static Job unpack(const std::string& id, const Resting& resting);

  std::unordered_map<std::string, std::unique_ptr<Live>> awake_;
  std::unordered_map<std::string, Resting> resting_;
  std::unordered_set<Kind, HashKind, SameKind> kinds_;
};

}  // namespace berth
