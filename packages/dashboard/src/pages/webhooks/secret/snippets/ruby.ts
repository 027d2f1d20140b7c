export const ruby = `# gem install sinatra rackup puma && ruby server.rb
require 'json'
require 'openssl'
require 'sinatra'

set :bind, '0.0.0.0'
set :port, 3000

post '*' do
  raw = request.body.read

  expected = OpenSSL::HMAC.hexdigest('SHA256', ENV.fetch('WEBHOOK_SECRET'), raw)
  received = request.get_header('HTTP_X_SYDX_SIGNATURE').to_s
  halt 401, 'Invalid signature' unless Rack::Utils.secure_compare(expected, received)

  payload = JSON.parse(raw)
  puts payload['event'] # Hand slow work to a queue.
  'ok'
end
`;
