-- A lock that all workers see, and that nobody waits for. Stands in for lua-resty-lock.
local Lock = {}
Lock.__index = Lock

function Lock.new(_, dictionary, options)
  local shared = ngx.shared[dictionary]
  if shared == nil then
    return nil, "there is no shared dictionary " .. dictionary
  end
  return setmetatable({ shared = shared, seconds = options and options.exptime or 30 }, Lock)
end

-- Returns how long it waited, or nil and the error that the balancer expects from a lock that is taken.
function Lock.lock(self, key)
  if not self.shared:add(key, true, self.seconds) then
    return nil, "timeout"
  end
  self.key = key
  return 0
end

function Lock.unlock(self)
  if self.key == nil then
    return nil, "unlocked"
  end
  self.shared:delete(self.key)
  self.key = nil
  return 1
end

return Lock
