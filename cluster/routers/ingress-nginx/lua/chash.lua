-- One endpoint for each key: the one whose hash with the key is the greatest. Stands in for lua-resty-balancer.
local Rendezvous = {}
Rendezvous.__index = Rendezvous

function Rendezvous.reinit(self, weights)
  self.nodes = weights
end

function Rendezvous.new(_, weights)
  return setmetatable({ nodes = weights }, Rendezvous)
end

function Rendezvous.find(self, key)
  local chosen, greatest = nil, -1
  for endpoint in pairs(self.nodes) do
    local hash = ngx.crc32_long(endpoint .. "\n" .. tostring(key))
    if hash > greatest then
      chosen, greatest = endpoint, hash
    end
  end
  return chosen
end

return Rendezvous
