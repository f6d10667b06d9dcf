//! Blocks: to whom a user blocks, there is no such user.

pub mod block_user;
pub mod list_blocks;
pub mod unblock_user;
