-- Endpoints in turn, each as often as its weight says. Stands in for lua-resty-balancer, which no registry has.
local RoundRobin = {}
RoundRobin.__index = RoundRobin

-- `weights` has the weight of each endpoint. ingress-nginx compares `nodes` with new ones.
function RoundRobin.reinit(self, weights)
  local turns = {}
  for endpoint, weight in pairs(weights) do
    for _ = 1, weight do
      table.insert(turns, endpoint)
    end
  end
  self.nodes = weights
  self.turns = turns
  -- Workers that all began with the same endpoint would send it too much.
  self.turn = math.random(0, #turns)
end

function RoundRobin.new(_, weights)
  local made = setmetatable({}, RoundRobin)
  made:reinit(weights)
  return made
end

function RoundRobin.find(self)
  if #self.turns == 0 then
    return nil
  end
  self.turn = self.turn % #self.turns + 1
  return self.turns[self.turn]
end

return RoundRobin
