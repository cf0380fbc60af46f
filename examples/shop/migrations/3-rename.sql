-- Breaks the version that is live, which asks for `item`. `verify` finds it by the checks with `live: true`.
alter table orders rename column item to product;
