#include "object_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "api_path.hpp"
#include "back_off.hpp"
#include "status_message.hpp"

namespace berth {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kWholeListBytesMax = 512 << 20;
constexpr std::size_t kPageBytesMax = 128 << 20;
// A watch that ends sooner without a word is not asked for again at once.
constexpr std::chrono::seconds kTooShort{1};
// So many unreadable or erroneous events in a row, and the list is asked for again.
constexpr int kBadEventsMax = 5;

// "" when there is no such text.
std::string text_of(const json& object, const char* field) {
  if (!object.is_object()) return "";
  const auto value = object.find(field);
  return value != object.end() && value->is_string() ? value->get<std::string>() : "";
}

std::string text_at(const json& object, const char* outer, const char* inner) {
  const bool has_outer = object.is_object() && object.contains(outer);
  return has_outer ? text_of(object[outer], inner) : "";
}

// Items of a list of a built-in kind leave out what the list says for all.
void name_kind(json& item, const json& list) {
  const auto set = [&](const char* field, const std::string& value) {
    if (!item.contains(field) && !value.empty()) item[field] = value;
  };
  std::string kind = text_of(list, "kind");
  if (kind.ends_with("List")) kind.resize(kind.size() - 4);
  set("kind", kind);
  set("apiVersion", text_of(list, "apiVersion"));
}

}  // namespace

class ObjectWatch::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(boost::asio::io_context& io, ApiClient& client, std::string path, Listener listener,
       WatchOptions options)
      : client_(client),
        path_(std::move(path)),
        listener_(std::move(listener)),
        options_(std::move(options)),
        timer_(io),
        back_off_(options_.back_off_first, options_.back_off_most, options_.random),
        refused_(milliseconds(1000), options_.refused_again, options_.random),
        forgotten_(options_.back_off_first, options_.back_off_most, options_.random) {}

  void list() {
    items_.clear();
    has_events_ = false;
    ask_page("");
  }

  void stop() {
    is_stopped_ = true;
    stream_.reset();
    timer_.cancel();
  }

  bool is_in_contact() const { return !is_stopped_ && is_listed_ && !is_troubled_; }

 private:
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  std::string with_selectors(Parameters more) const {
    more.emplace_back("labelSelector", options_.label_selector);
    more.emplace_back("fieldSelector", options_.field_selector);
    return with_query(path_, more);
  }

  void ask_page(const std::string& next) {
    const std::string limit = lists_whole_ ? "" : std::to_string(options_.page_items);
    client_.ask({.path = with_selectors({{"limit", limit}, {"continue", next}}),
                 .timeout = options_.list_timeout,
                 .limit_bytes = lists_whole_ ? kWholeListBytesMax : kPageBytesMax},
                [weak = weak_from_this(), is_first = next.empty()](ApiResult result) {
                  const auto self = weak.lock();
                  if (self && !self->is_stopped_) self->take_list_result(result, is_first);
                });
  }

  void take_list_result(ApiResult& result, bool is_first) {
    if (const auto* failure = std::get_if<ApiFailure>(&result)) {
      return try_again({.why = failure->message}, failure->kind);
    }
    ApiAnswer& answer = std::get<ApiAnswer>(result);
    if (answer.status == 410 && !is_first) {
      lists_whole_ = true;  // the pages grew too old on the way
      return list();
    }
    if (answer.status != 200) {
      return try_again({"listing: " + status_message(answer.body), answer.status}, std::nullopt);
    }
    json page = json::parse(answer.body, nullptr, false);
    answer.body = {};
    if (!page.is_object() || !page.contains("items") ||
        !(page["items"].is_array() || page["items"].is_null())) {
      return try_again({"the API server's list of " + path_ + " is no list"}, std::nullopt);
    }
    take_page(page);
  }

  void take_page(json& page) {
    for (json& item : page["items"]) {
      if (!item.is_object()) continue;
      name_kind(item, page);
      if (options_.trim) options_.trim(item);
      items_.push_back(std::move(item));
    }
    if (const std::string next = text_at(page, "metadata", "continue"); !next.empty()) {
      return ask_page(next);
    }
    version_ = text_at(page, "metadata", "resourceVersion");
    back_off_.reset();
    lists_whole_ = false;
    is_listed_ = true;
    take_success();
    if (is_stopped_) return;
    listener_.listed(std::exchange(items_, {}));
    if (!is_stopped_) watch();
  }

  void take_success() {
    refused_.reset();
    if (std::exchange(is_troubled_, false) && listener_.recovered) listener_.recovered();
  }

  std::string watch_seconds() {
    const auto least = options_.watch_least.count();
    const auto span = static_cast<double>(options_.watch_most.count() - least);
    return std::to_string(least + static_cast<std::int64_t>(span * options_.random()));
  }

  void watch() {
    opened_at_.reset();
    heard_ = false;
    const auto weak = weak_from_this();
    stream_ = client_.stream({.path = with_selectors({{"watch", "1"},
                                                      {"allowWatchBookmarks", "true"},
                                                      {"resourceVersion", version_},
                                                      {"timeoutSeconds", watch_seconds()}}),
                              .timeout = options_.list_timeout},
                             {.opened =
                                  [weak] {
                                    if (const auto self = weak.lock()) self->take_opened();
                                  },
                              .line =
                                  [weak](std::string_view line) {
                                    if (const auto self = weak.lock()) self->take_line(line);
                                  },
                              .ended =
                                  [weak](const StreamEnd& end) {
                                    if (const auto self = weak.lock()) self->take_end(end);
                                  }},
                             options_.stream);
  }

  void take_opened() {
    opened_at_ = Clock::now();
    take_success();
  }

  void take_line(std::string_view line) {
    json event = json::parse(line, nullptr, false);
    const std::string type = text_of(event, "type");
    if (type.empty() || !event.contains("object") || !event["object"].is_object()) {
      return take_bad_event(
          {"the API server sent a watch event of " + path_ + " that cannot be read"});
    }
    json& object = event["object"];
    if (type == "ERROR") return take_error(object);
    heard_ = has_events_ = true;
    bad_events_ = 0;
    back_off_.reset();
    forgotten_.reset();
    if (const std::string version = text_at(object, "metadata", "resourceVersion");
        !version.empty()) {
      version_ = version;
    }
    if (type == "BOOKMARK") return;
    if (options_.trim) options_.trim(object);
    listener_.changed(type, object);
  }

  void take_error(const json& status) {
    const int code = status.contains("code") && status["code"].is_number_integer()
                         ? status["code"].get<int>()
                         : 0;
    stream_.reset();
    if (code == 410) return list_again();
    take_bad_event({"the watch of " + path_ + " ended: " + text_of(status, "message"), code});
  }

  void take_bad_event(WatchTrouble trouble) {
    stream_.reset();
    if (++bad_events_ >= kBadEventsMax) version_.clear();
    try_again(std::move(trouble), std::nullopt);
  }

  void take_end(const StreamEnd& end) {
    stream_.reset();
    if (was_long()) back_off_.reset();
    if (end.status == 410) return list_again();
    if (end.status != 0) {
      if (end.status < 500 && end.status != 429) version_.clear();
      return try_again({"watching: " + status_message(end.message), end.status}, std::nullopt,
                       end.retry_after);
    }
    if (end.failure) return try_again({.why = end.message}, end.failure);
    // The server ends each watch after a while.
    after(heard_ || was_long() ? milliseconds(0) : back_off_.next());
  }

  // At once, but not in a circle where the server forgets faster than one can list.
  void list_again() {
    version_.clear();
    after(has_events_ ? milliseconds(0) : forgotten_.next());
  }

  // The watch that ended was a good one, even if nothing happened.
  bool was_long() const { return opened_at_ && Clock::now() - *opened_at_ >= kTooShort; }

  void try_again(WatchTrouble trouble, std::optional<ApiFailure::Kind> failure,
                 milliseconds at_least = milliseconds(0)) {
    const bool is_refused =
        trouble.status == 403 || trouble.status == 404 || failure == ApiFailure::Kind::kCredentials;
    const milliseconds wait = is_refused ? refused_.next() : back_off_.next();
    is_troubled_ = true;
    after(std::max(wait, at_least));
    if (listener_.trouble) listener_.trouble(std::move(trouble));
  }

  void after(milliseconds wait) {
    timer_.expires_after(wait);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (!self || error || self->is_stopped_) return;
      self->version_.empty() ? self->list() : self->watch();
    });
  }

  ApiClient& client_;
  const std::string path_;
  const Listener listener_;
  const WatchOptions options_;
  boost::asio::steady_timer timer_;
  BackOff back_off_;
  BackOff refused_;
  BackOff forgotten_;
  std::unique_ptr<ApiStream> stream_;
  std::vector<json> items_;  // of the pages so far
  std::string version_;      // from which to watch; "" is to be listed
  std::optional<Clock::time_point> opened_at_;
  int bad_events_ = 0;
  bool heard_ = false;       // anything on this watch
  bool has_events_ = false;  // anything since the list
  bool lists_whole_ = false;
  bool is_listed_ = false;
  bool is_troubled_ = false;
  bool is_stopped_ = false;
};

ObjectWatch::ObjectWatch(boost::asio::io_context& io, ApiClient& client, std::string path,
                         Listener listener, WatchOptions options)
    : core_(std::make_shared<Core>(io, client, std::move(path), std::move(listener),
                                   std::move(options))) {}

ObjectWatch::~ObjectWatch() { core_->stop(); }

void ObjectWatch::start() { core_->list(); }

bool ObjectWatch::is_in_contact() const { return core_->is_in_contact(); }

}  // namespace berth
