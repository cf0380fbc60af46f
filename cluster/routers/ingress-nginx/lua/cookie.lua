-- The cookies of the request and of its answer. Stands in for lua-resty-cookie.
local Cookies = {}
Cookies.__index = Cookies

local WITH_VALUE = { expires = "Expires", max_age = "Max-Age", domain = "Domain", path = "Path", samesite = "SameSite" }
local WITHOUT_VALUE = { secure = "Secure", httponly = "HttpOnly" }

function Cookies.new()
  return setmetatable({}, Cookies)
end

function Cookies.get(_, name)
  return ngx.var["cookie_" .. name]
end

function Cookies.set(_, cookie)
  local text = cookie.key .. "=" .. cookie.value
  for field, attribute in pairs(WITH_VALUE) do
    if cookie[field] then
      text = text .. "; " .. attribute .. "=" .. cookie[field]
    end
  end
  for field, attribute in pairs(WITHOUT_VALUE) do
    if cookie[field] then
      text = text .. "; " .. attribute
    end
  end
  local present = ngx.header["Set-Cookie"] or {}
  local cookies = type(present) == "table" and present or { present }
  table.insert(cookies, text)
  ngx.header["Set-Cookie"] = cookies
  return true
end

return Cookies
