-- All node names.
SELECT number, name FROM node;
