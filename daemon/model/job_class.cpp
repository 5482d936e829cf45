#include "model/job_class.hpp"

#include <cstring>
#include <limits>

namespace berth {
namespace {

constexpr char kFormat = 1;

// Integers as 8 bytes in the machine's order, text and lists with their length before them. The file
// never leaves the machine it was written on.
class Writer {
 public:
  void number(std::int64_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    bytes_.append(bytes, sizeof value);
  }
  void text(const std::string& value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes_ += value;
  }
  template <typename List, typename Each>
  void list(const List& values, Each each) {
    number(static_cast<std::int64_t>(values.size()));
    for (const auto& value : values) each(value);
  }
  void texts(const std::vector<std::string>& values) {
    list(values, [&](const std::string& value) { text(value); });
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_{kFormat};
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {
    good_ = !bytes_.empty() && bytes_.front() == kFormat;
    if (good_) bytes_.remove_prefix(1);
  }
  std::int64_t number() {
    std::int64_t value = 0;
    if (!has(sizeof value)) return 0;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  std::string text() {
    const std::int64_t size = number();
    if (size < 0 || !has(static_cast<std::size_t>(size))) return {};
    std::string value(bytes_.substr(0, static_cast<std::size_t>(size)));
    bytes_.remove_prefix(static_cast<std::size_t>(size));
    return value;
  }
  template <typename Each>
  void list(Each each) {
    for (std::int64_t left = number(); good_ && left > 0; --left) each();
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values;
    list([&] { values.push_back(text()); });
    return values;
  }
  bool read_all() const { return good_ && bytes_.empty(); }

 private:
  bool has(std::size_t size) {
    good_ = good_ && bytes_.size() >= size;
    return good_;
  }

  std::string_view bytes_;
  bool good_ = true;
};

void write_group(Writer& out, const Group& group) {
  out.text(group.name);
  out.number(group.count);
  out.number(group.cpu_milli);
  out.number(group.memory_bytes);
  out.number(group.gpu_milli);
  out.texts(group.skus);
  out.list(group.extra, [&](const auto& amount) {
    out.text(amount.first);
    out.number(amount.second);
  });
}

Group read_group(Reader& in) {
  Group group;
  group.name = in.text();
  group.count = in.number();
  group.cpu_milli = in.number();
  group.memory_bytes = in.number();
  group.gpu_milli = in.number();
  group.skus = in.texts();
  in.list([&] {
    std::string name = in.text();
    group.extra[std::move(name)] = in.number();
  });
  return group;
}

void write_expression(Writer& out, const Expression& expression) {
  out.text(expression.key);
  out.number(static_cast<std::int64_t>(expression.op));
  out.texts(expression.values);
}

Expression read_expression(Reader& in) {
  Expression expression;
  expression.key = in.text();
  expression.op = static_cast<Operator>(in.number());
  expression.values = in.texts();
  return expression;
}

void write_preference(Writer& out, const Preference& preference) {
  out.text(preference.key);
  out.text(preference.value);
  out.number(preference.weight);
}

Preference read_preference(Reader& in) {
  Preference preference;
  preference.key = in.text();
  preference.value = in.text();
  preference.weight = in.number();
  return preference;
}

}  // namespace

std::int64_t total_gpu_milli(const JobClass& wanted) {
  std::int64_t total = 0;
  for (const Group& group : wanted.groups) total += group.count * group.gpu_milli;
  return total;
}

std::string encode_class(const JobClass& wanted) {
  Writer out;
  out.text(wanted.type);
  out.text(wanted.project);
  out.list(wanted.groups, [&](const Group& group) { write_group(out, group); });
  out.texts(wanted.regions);
  out.texts(wanted.zones);
  out.list(wanted.expressions, [&](const Expression& each) { write_expression(out, each); });
  out.list(wanted.preferences, [&](const Preference& each) { write_preference(out, each); });
  out.text(wanted.cluster);
  out.text(wanted.pool);
  out.number(wanted.preemptible);
  return out.take();
}

Result<JobClass> decode_class(std::string_view bytes) {
  Reader in(bytes);
  JobClass wanted;
  wanted.type = in.text();
  wanted.project = in.text();
  in.list([&] { wanted.groups.push_back(read_group(in)); });
  wanted.regions = in.texts();
  wanted.zones = in.texts();
  in.list([&] { wanted.expressions.push_back(read_expression(in)); });
  in.list([&] { wanted.preferences.push_back(read_preference(in)); });
  wanted.cluster = in.text();
  wanted.pool = in.text();
  wanted.preemptible = in.number() != 0;
  if (!in.read_all()) return Error{"BadClass", "the stored class of a job cannot be read"};
  return wanted;
}

}  // namespace berth
