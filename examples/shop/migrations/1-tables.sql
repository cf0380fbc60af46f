-- Every migration can run again, and leaves the version that is live working: both use the data until one of them goes.
create table if not exists orders (id serial primary key, item text not null);
create table if not exists jobs (id serial primary key, order_id int not null, done_by text, done_at timestamptz);
create table if not exists beats (revision text not null, pod text not null, at timestamptz not null);
