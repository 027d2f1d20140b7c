require 'json'
require 'openssl'
require 'webrick'

SECRET = ENV.fetch('WEBHOOK_SECRET')

def valid?(body, signature)
  expected = OpenSSL::HMAC.hexdigest('SHA256', SECRET, body)
  OpenSSL.secure_compare(expected, signature)
end

server = WEBrick::HTTPServer.new(Port: ENV.fetch('PORT', 3000).to_i)

server.mount_proc('/webhook') do |request, response|
  # The raw body. Rails: request.raw_post, Sinatra: request.body.read.
  body = request.body.to_s
  if valid?(body, request['X-Sydx-Signature'].to_s)
    event = JSON.parse(body)
    puts "#{event['event']} #{event['data']}"
    response.status = 200
  else
    response.status = 401
  end
end

server.start
