/**
 * Where the gateway is: the only thing to change before uploading. Its host must be among the mini-program's server
 * domains (request, socket, uploadFile and downloadFile).
 */
module.exports = {
  gateway: 'https://hotline.example.gov.cn',
};
