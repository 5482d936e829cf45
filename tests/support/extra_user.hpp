// A user of this machine for one test: made with a name that says so, gone afterwards. Root alone can.
#pragma once

#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace berth {

class ExtraUser {
 public:
  // With a group of its own name and one more, "LETTER-more".
  explicit ExtraUser(const std::string& letter) : name_(kPrefix + letter + own_suffix()) {
    remove_forgotten();
    EXPECT_TRUE(run("groupadd " + more()));
    EXPECT_TRUE(run("useradd --no-create-home --user-group --groups " + more() +
                    " --home-dir /nonexistent --shell /usr/sbin/nologin " + name_));
    const passwd* entry = getpwnam(name_.c_str());
    if (entry == nullptr) {
      ADD_FAILURE() << "no user " << name_ << " was made";
      return;
    }
    uid_ = entry->pw_uid;
    gid_ = entry->pw_gid;
  }
  ~ExtraUser() { remove(name_); }
  ExtraUser(const ExtraUser&) = delete;
  ExtraUser& operator=(const ExtraUser&) = delete;

  const std::string& name() const { return name_; }
  std::string more() const { return name_ + "-more"; }
  uid_t uid() const { return uid_; }
  gid_t gid() const { return gid_; }

 private:
  static constexpr const char* kPrefix = "berth-test-";

  static std::string own_suffix() { return "-" + std::to_string(getpid()); }
  static bool run(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
  }
  static void remove(const std::string& name) {
    run("userdel " + name);
    run("groupdel " + name + "-more");
  }

  // Of tests that were killed.
  static void remove_forgotten() {
    std::vector<std::string> forgotten;
    setpwent();
    while (const passwd* entry = getpwent()) {
      const std::string name = entry->pw_name;
      if (!name.starts_with(kPrefix)) continue;
      const pid_t maker = std::atoi(name.substr(name.rfind('-') + 1).c_str());
      if (maker > 0 && kill(maker, 0) != 0) forgotten.push_back(name);
    }
    endpwent();
    for (const std::string& name : forgotten) remove(name);
  }

  std::string name_;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
};

}  // namespace berth
