odoo.define("retail_returns_pos.returns", function (require) {
    "use strict";

    const models = require("point_of_sale.models");
    const PaymentScreen = require("point_of_sale.PaymentScreen");
    const ProductScreen = require("point_of_sale.ProductScreen");
    const Registries = require("point_of_sale.Registries");

    const GIVE_UP_AFTER_MS = 15 * 1000;
    const SERVER_REFUSED = 200;
    const order = models.Order.prototype;

    models.load_models([
        {
            model: "retail.return.reason",
            fields: ["name", "needs_note"],
            domain: [["offered", "=", true]],
            loaded: function (pos, reasons) {
                pos.return_reasons = reasons;
            },
        },
    ]);

    models.Order = models.Order.extend({
        // What was agreed to: {key, id, name, agreed, reason_id, note}; key says about which goods.
        init_from_JSON: function (json) {
            order.init_from_JSON.apply(this, arguments);
            this.taking_back = json.taking_back || null;
        },

        export_as_JSON: function () {
            const back = this.taking_back || {};
            return Object.assign(order.export_as_JSON.apply(this, arguments), {
                taking_back: this.taking_back || null,
                return_asked_id: back.id || false,
                return_reason_id: back.reason_id || false,
                return_note: back.note || false,
            });
        },

        // As pos_session.py expects it. Of an order that pays out, also what only costs less than nothing.
        lines_back: function () {
            const lines = this.get_orderlines();
            const paysOut = this.get_total_with_tax() < 0;
            const left = {};
            lines.forEach((line) => {
                const id = line.get_product().id;
                left[id] = (left[id] || 0) + line.get_quantity();
            });
            // In France a line is made smaller by a second one: then nothing of it is brought back.
            if (!paysOut && Object.values(left).every((quantity) => quantity >= 0)) {
                return [];
            }
            return lines
                .filter((line) => line.get_quantity() < 0 || (paysOut && line.get_price_without_tax() < 0))
                .map((line) => ({
                    product_id: line.get_product().id,
                    quantity: -line.get_quantity(),
                    amount: -line.get_price_without_tax(),
                }));
        },

        set_taking_back: function (back) {
            this.taking_back = back;
            this.save_to_db();
        },
    });

    // One payment that takes something back, and the questions about it.
    class TakingBack {
        constructor(screen) {
            this.screen = screen;
            this.env = screen.env;
            this.pos = screen.env.pos;
            this.order = this.pos.get_order();
            this.lines = this.order.lines_back();
            const client = this.order.get_client();
            this.partner_id = client ? client.id : false;
            this.key = JSON.stringify([this.lines, this.partner_id]);
        }

        // Whether it may be paid; asks whatever has to be known for that.
        async agreed() {
            const known = this.order.taking_back;
            if (!this.lines.length) {
                return true;
            }
            if (known && known.key === this.key) {
                return known.agreed || (known.name ? this.find(known.name) : this.ask());
            }
            return this.ask();
        }

        async ask() {
            const choices = this.pos.return_reasons.map((reason) => ({
                id: reason.id,
                label: reason.name,
                item: reason,
            }));
            choices.push({id: 0, label: this.env._t("It has a return already"), item: {number: true}});
            const {confirmed, payload: reason} = await this.screen.showPopup("SelectionPopup", {
                title: this.env._t("Why does it come back?"),
                list: choices,
            });
            if (!confirmed) {
                return false;
            }
            if (reason.number) {
                return this.ask_number();
            }
            const note = reason.needs_note ? await this.ask_text(this.env._t("What is the matter with it?")) : "";
            return note === null ? false : this.request(reason, note);
        }

        async ask_number() {
            const name = await this.ask_text(this.env._t("Number of the return"));
            return name ? this.find(name) : false;
        }

        // What was entered; null when the cashier went back.
        async ask_text(title) {
            const {confirmed, payload} = await this.screen.showPopup("TextInputPopup", {title});
            return confirmed ? (payload || "").trim() : null;
        }

        async request(reason, note) {
            const before = this.order.taking_back;
            const asked = {reason_id: reason.id, note, replaces: (before && before.name) || false};
            const answer = await this.call("till_return_ask", [this.sent(asked)], () => this.alone(reason, note));
            if (answer && answer.ask_note) {
                const said = await this.ask_text(answer.ask_note);
                return said ? this.request(reason, said) : false;
            }
            return this.settle(answer, {reason_id: reason.id, note});
        }

        async find(name) {
            const answer = await this.call("till_return_find", [name, this.sent({})], () => this.refuse(
                this.env._t("There is no connection, so nobody can say whether it was approved. Try again later.")
            ));
            const known = this.order.taking_back;
            return this.settle(answer, known && known.name === name ? known : {});
        }

        sent(more) {
            return Object.assign({lines: this.lines, partner_id: this.partner_id}, more);
        }

        // {id, name, problem}, or whatever `offline` makes of it; null when the server refused.
        async call(method, args, offline) {
            try {
                return await this.pos.rpc(
                    {model: "pos.session", method, args: [[this.pos.pos_session.id], ...args],
                        kwargs: {context: this.pos.session.user_context}},
                    {timeout: GIVE_UP_AFTER_MS, shadow: true}
                );
            } catch (reason) {
                if (!reason || !reason.message) {
                    throw reason;
                }
                if (reason.event) {
                    reason.event.preventDefault();
                }
                if (reason.message.code === SERVER_REFUSED) {
                    return this.refuse(reason.message.data.message);
                }
                return offline();
            }
        }

        // Without a connection a till decides by the limit that it knows; the server looks into it afterwards.
        alone(reason, note) {
            const amount = this.lines.reduce((sum, line) => sum + line.amount, 0);
            if (amount <= this.pos.config.return_limit) {
                return {id: false, name: false, problem: false};
            }
            return this.refuse(
                _.str.sprintf(
                    this.env._t("There is no connection. More than %s needs an approved return. Try again later."),
                    this.pos.format_currency(this.pos.config.return_limit)
                )
            );
        }

        settle(answer, more) {
            if (!answer) {
                return false;
            }
            // What waits for somebody is asked about again; what was refused is not.
            const kept = answer.waits || !answer.problem;
            const {id, name, problem} = answer;
            this.order.set_taking_back(
                kept ? Object.assign({}, more, {key: this.key, id, name, agreed: !problem}) : null
            );
            if (answer.problem) {
                this.refuse(answer.problem);
            }
            return !answer.problem;
        }

        refuse(body) {
            this.screen.showPopup("ErrorPopup", {title: this.env._t("Nothing is paid back yet"), body});
            return null;
        }
    }

    Registries.Component.extend(
        ProductScreen,
        (Screen) =>
            class extends Screen {
                async _onClickPay() {
                    if (await new TakingBack(this).agreed()) {
                        await super._onClickPay();
                    }
                }
            }
    );

    // There are other ways to this screen, and orders are changed after it was seen.
    Registries.Component.extend(
        PaymentScreen,
        (Screen) =>
            class extends Screen {
                async _isOrderValid() {
                    return (await super._isOrderValid(...arguments)) && new TakingBack(this).agreed();
                }
            }
    );
});
