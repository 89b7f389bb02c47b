/**
 * Which dialog is open, by the state's `dialog.kind`.
 *
 * The administration's dialogs are loaded when they are needed first.
 */
import {html, nothing, wanted} from '../lib.js';
import './handing-dialogs.js';
import './ending-dialogs.js';
import './reveal-dialog.js';

/** Views that have dialogs in their files. */
export const CALLBACKS = (again) => import(`./callbacks-view.js${again}`);
export const UNDELIVERED = (again) => import(`./undelivered-view.js${again}`);
const LAZY = {
  account: (again) => import(`./account-dialog.js${again}`),
  agent: (again) => import(`./agent-dialog.js${again}`),
  callback: CALLBACKS,
  canned: (again) => import(`./canned-dialog.js${again}`),
  drop: UNDELIVERED,
  notice: (again) => import(`./notice-dialog.js${again}`),
  step: (again) => import(`./step-dialog.js${again}`),
};

const DIALOGS = {
  shortcuts: (desk, state) => html`<shortcuts-dialog .desk=${desk} .state=${state}></shortcuts-dialog>`,
  transfer: (desk, state) => html`<transfer-dialog .desk=${desk} .state=${state}></transfer-dialog>`,
  invite: (desk, state) => html`<invite-dialog .desk=${desk} .state=${state}></invite-dialog>`,
  return: (desk, state) => html`<return-dialog .desk=${desk} .state=${state}></return-dialog>`,
  close: (desk, state) => html`<close-dialog .desk=${desk} .state=${state}></close-dialog>`,
  take_over: (desk, state) => html`<take-over-dialog .desk=${desk} .state=${state}></take-over-dialog>`,
  reveal: (desk, state) => html`<reveal-dialog .desk=${desk} .state=${state}></reveal-dialog>`,
  account: (desk, state) => html`<account-dialog .desk=${desk} .state=${state}></account-dialog>`,
  agent: (desk, state) => html`<agent-dialog .desk=${desk} .state=${state}></agent-dialog>`,
  callback: (desk, state) => html`<callback-dialog .desk=${desk} .state=${state}></callback-dialog>`,
  canned: (desk, state) => html`<canned-dialog .desk=${desk} .state=${state}></canned-dialog>`,
  drop: (desk, state) => html`<drop-dialog .desk=${desk} .state=${state}></drop-dialog>`,
  step: (desk, state) => html`<step-dialog .desk=${desk} .state=${state}></step-dialog>`,
  ticket_note: (desk, state) => html`<ticket-note-dialog .desk=${desk} .state=${state}></ticket-note-dialog>`,
  ticket_reveal: (desk, state) => html`<ticket-reveal-dialog .desk=${desk} .state=${state}></ticket-reveal-dialog>`,
  notice: (desk, state) => html`<notice-dialog .desk=${desk} .state=${state}></notice-dialog>`,
};

/** The dialog that is open; `state.dialog.id` is what it is about. */
export function dialogs(desk, state) {
  const {kind} = state.dialog;
  wanted(LAZY[kind]);
  return DIALOGS[kind]?.(desk, state) ?? nothing;
}
