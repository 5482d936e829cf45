#include "response_reader.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace berth {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::uint32_t kHeadBytesMax = 64 << 10;
constexpr std::size_t kWarningsMax = 100;

std::string in_lower_case(beast::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return out;
}

// Takes a quoted text, with its escapes undone, off the front; `text` begins with its quote.
std::string take_quoted(std::string_view& text) {
  std::string out;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  text.remove_prefix(std::min(text.size(), at + 1));
  return out;
}

}  // namespace

std::vector<std::string> warning_texts(std::string_view header) {
  std::vector<std::string> texts;
  while (true) {
    const std::size_t quote = header.find('"');
    if (quote == std::string_view::npos) return texts;
    const std::string_view before = header.substr(0, quote);
    const bool is_for_people = before.find("299 ") != std::string_view::npos;
    header.remove_prefix(quote);
    std::string text = take_quoted(header);
    if (is_for_people) texts.push_back(std::move(text));
    // A date may follow in quotes of its own: it ends at the next comma.
    header.remove_prefix(std::min(header.find(','), header.size()));
  }
}

class ResponseReader::Parser : public http::basic_parser<false> {
 public:
  explicit Parser(Listener listener) : listener_(std::move(listener)) {
    eager(true);
    header_limit(kHeadBytesMax);
    body_limit(boost::none);
  }

  bool take(std::string_view bytes) {
    has_begun_ = true;
    kept_.append(bytes);
    beast::error_code error;
    std::size_t used = 0;
    while (used < kept_.size() && !is_done()) {
      const std::size_t count =
          this->put(boost::asio::const_buffer(kept_.data() + used, kept_.size() - used), error);
      used += count;
      if (error == http::error::need_more || (!error && count == 0)) break;
      if (error) return false;
    }
    kept_.erase(0, used);
    return true;
  }

  bool has_begun_ = false;
  std::string kept_;  // that could not be used yet

 private:
  void on_request_impl(http::verb, beast::string_view, beast::string_view, int,
                       beast::error_code&) override {}
  void on_response_impl(int status, beast::string_view, int, beast::error_code&) override {
    head_.status = status;
  }
  void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                     beast::error_code&) override {
    const std::string key = in_lower_case(name);
    if (key == "warning") {
      for (std::string& text : warning_texts({value.data(), value.size()})) {
        if (head_.warnings.size() < kWarningsMax) head_.warnings.push_back(std::move(text));
      }
    }
    const auto [at, is_new] = head_.headers.emplace(key, value);
    if (!is_new) at->second += ", " + std::string(value);
  }
  void on_header_impl(beast::error_code&) override {
    if (head_.status >= 200 && listener_.head) listener_.head(std::move(head_));
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, beast::error_code&) override {
    tell(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body,
                                 beast::error_code&) override {
    tell(body);
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}

  void tell(beast::string_view body) {
    if (!body.empty() && listener_.body) listener_.body({body.data(), body.size()});
  }

 public:
  bool is_interim() const { return is_done() && head_.status < 200; }
  Listener listener_;

 private:
  ResponseHead head_;
};

ResponseReader::ResponseReader(Listener listener)
    : parser_(std::make_unique<Parser>(std::move(listener))) {}

ResponseReader::~ResponseReader() = default;

bool ResponseReader::put(std::string_view bytes) {
  if (!parser_->take(bytes)) return false;
  while (parser_->is_interim()) {
    const std::string rest = std::move(parser_->kept_);
    parser_ = std::make_unique<Parser>(std::move(parser_->listener_));
    if (!rest.empty() && !parser_->take(rest)) return false;
  }
  return true;
}

bool ResponseReader::put_end() {
  if (!parser_->is_header_done()) return false;
  beast::error_code error;
  if (parser_->need_eof() && !parser_->is_done()) parser_->put_eof(error);
  return !error && parser_->is_done();
}

bool ResponseReader::has_begun() const { return parser_->has_begun_; }
bool ResponseReader::is_complete() const { return parser_->is_done(); }
bool ResponseReader::has_more() const { return !parser_->kept_.empty(); }
bool ResponseReader::leaves_connection_open() const {
  return parser_->is_header_done() && parser_->keep_alive();
}

}  // namespace berth
