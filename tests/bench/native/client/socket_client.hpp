// One client of the control socket as a load generator wants it: keep-alive, no thread, no waiting.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::bench {

// Connects to the Unix socket at `path`. Ends the program with a word when it cannot.
int connect_to(const std::string& path);

std::string get_request(std::string_view path);
std::string post_request(std::string_view path, std::string_view body);

// What has come of one answer. It is whole once the length that its header gives has come.
class Answer {
 public:
  void add(std::string_view bytes);
  bool is_whole() const { return header_size_ > 0 && bytes_.size() >= header_size_ + body_size_; }
  bool is_good() const;  // 200 or 201
  std::string_view body() const { return std::string_view(bytes_).substr(header_size_, body_size_); }
  void clear();

 private:
  void read_header();

  std::string bytes_;
  std::size_t header_size_ = 0;  // 0: not here yet
  std::size_t body_size_ = 0;
};

// A connection that sends one request and takes its answer. The socket blocks.
class SocketClient {
 public:
  explicit SocketClient(const std::string& path) : descriptor_(connect_to(path)) {}
  ~SocketClient();
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  int descriptor() const { return descriptor_; }
  void send(std::string_view request);
  bool take();  // reads what is there; true: the answer is whole
  Answer& answer() { return answer_; }

 private:
  int descriptor_;
  Answer answer_;
};

[[noreturn]] void give_up(const std::string& what);  // with what the system says

}  // namespace berth::bench
