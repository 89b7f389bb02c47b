/**
 * The gateway's HTTP interface over wx.request and wx.uploadFile; a refusal is an `ApiError`.
 *
 * It keeps nothing and tries nothing again: who calls decides about both.
 */
const {gateway} = require('../config');

const REQUEST_MS = 30000;
const UPLOAD_MS = 120000;

/** `status` 0: no answer, so it is not known whether the server got it. */
class ApiError extends Error {
  /** @param challenge a proof of work that the server wants before it takes more */
  constructor(status, code, retryAfterSeconds = null, challenge = null) {
    super(code);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.challenge = challenge;
  }

  /** Worth sending again as it is: no answer, too slow, too fast, or a server in trouble. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** The conversation or its token is not good any more. */
  get gone() {
    return (this.status === 401 || this.status === 403) && !this.challenge;
  }
}

/** @returns the parsed body; rejects with an ApiError */
function request(method, path, {token = null, data = undefined, type = 'application/json', seconds = null} = {}) {
  const header = {'Content-Type': type};
  if (token) header.Authorization = `Bearer ${token}`;
  return new Promise((resolve, reject) => {
    wx.request({
      url: gateway + path,
      method,
      data: type === 'application/json' && data !== undefined ? JSON.stringify(data) : data,
      header,
      dataType: 'json',
      timeout: seconds ? seconds * 1000 : REQUEST_MS,
      success: (answer) => settle(answer.statusCode, answer.data, answer.header, resolve, reject),
      fail: () => reject(new ApiError(0, 'unreachable')),
    });
  });
}

/** Sends a file of the phone as the field `file`; `fields` go before it. */
function upload(path, filePath, {token, fields = {}}) {
  return new Promise((resolve, reject) => {
    wx.uploadFile({
      url: gateway + path,
      filePath,
      name: 'file',
      formData: fields,
      header: {Authorization: `Bearer ${token}`},
      timeout: UPLOAD_MS,
      success: (answer) => settle(answer.statusCode, parsed(answer.data), {}, resolve, reject),
      fail: () => reject(new ApiError(0, 'unreachable')),
    });
  });
}

function settle(status, body, header, resolve, reject) {
  if (status >= 200 && status < 300) {
    resolve(body);
    return;
  }
  const problem = body && typeof body === 'object' ? body : parsed(body);
  const seconds = Number(header['Retry-After'] || header['retry-after'] || problem.retry_after) || null;
  reject(new ApiError(status, problem.code || `http_${status}`, seconds, problem.challenge || null));
}

function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}

/** The address of a socket of the gateway. */
function socketUrl(path) {
  return gateway.replace(/^http/, 'ws') + path;
}

module.exports = {ApiError, request, upload, socketUrl};
