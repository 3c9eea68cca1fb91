// Made by `npm run types` from the OpenAPI document. Change the API, then make it again.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Access: {
            user: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email?: string;
                /** @constant */
                deleted?: true;
            };
            view: {
                allowed: boolean;
                reason: string;
            };
            change: {
                allowed: boolean;
                reason: string;
            };
            delete: {
                allowed: boolean;
                reason: string;
            };
        };
        Account: {
            /** Format: uuid */
            id: string;
            account_name: string;
            account_number: string;
            website: string;
            industry: string;
            annual_revenue: number | null;
            employees: number | null;
            /** @enum {string} */
            type: "prospect" | "customer" | "partner" | "vendor";
            phone: string;
            billing_address: string;
            billing_city: string;
            billing_state: string;
            billing_country: string;
            billing_postal_code: string;
            shipping_address: string;
            shipping_city: string;
            shipping_state: string;
            shipping_country: string;
            shipping_postal_code: string;
            description: string;
            assigned_to: string | null;
            parent_account_id: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            parent_account: {
                /** Format: uuid */
                id: string;
                account_name: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            open_deals: number | null;
            open_tickets: number | null;
            next_activity_at: string | null;
            last_activity_at: string | null;
        };
        AccountChanges: {
            account_name?: string;
            account_number?: string | null;
            website?: string | null;
            industry?: string | null;
            annual_revenue?: (number | string) | null | "";
            employees?: (number | string) | null | "";
            type?: ("prospect" | "customer" | "partner" | "vendor") | null | "";
            phone?: string | null;
            billing_address?: string | null;
            billing_city?: string | null;
            billing_state?: string | null;
            billing_country?: string | null;
            billing_postal_code?: string | null;
            shipping_address?: string | null;
            shipping_city?: string | null;
            shipping_state?: string | null;
            shipping_country?: string | null;
            shipping_postal_code?: string | null;
            description?: string | null;
            assigned_to?: string | null | "";
            parent_account_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        AccountInput: {
            account_name: string;
            account_number?: string | null;
            website?: string | null;
            industry?: string | null;
            annual_revenue?: (number | string) | null | "";
            employees?: (number | string) | null | "";
            type?: ("prospect" | "customer" | "partner" | "vendor") | null | "";
            phone?: string | null;
            billing_address?: string | null;
            billing_city?: string | null;
            billing_state?: string | null;
            billing_country?: string | null;
            billing_postal_code?: string | null;
            shipping_address?: string | null;
            shipping_city?: string | null;
            shipping_state?: string | null;
            shipping_country?: string | null;
            shipping_postal_code?: string | null;
            description?: string | null;
            assigned_to?: string | null | "";
            parent_account_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Activity: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            activity_type: "email" | "call" | "meeting" | "task" | "note" | "deal_update" | "status_change" | "other";
            title: string;
            description: string;
            user_id: string | null;
            /** @enum {string} */
            related_to_type: "lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "order" | "invoice" | "";
            related_to_id: string | null;
            metadata: Record<string, unknown>;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            related_to: {
                type: string;
                /** Format: uuid */
                id: string;
                label: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        ActivityChanges: {
            /** @enum {string} */
            activity_type?: "email" | "call" | "meeting" | "task" | "note" | "deal_update" | "status_change" | "other";
            title?: string;
            description?: string | null;
            user_id?: string | null | "";
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "order" | "invoice") | null | "";
            related_to_id?: string | null | "";
            metadata?: Record<string, unknown> | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        ActivityInput: {
            /** @enum {string} */
            activity_type: "email" | "call" | "meeting" | "task" | "note" | "deal_update" | "status_change" | "other";
            title: string;
            description?: string | null;
            user_id?: string | null | "";
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "order" | "invoice") | null | "";
            related_to_id?: string | null | "";
            metadata?: Record<string, unknown> | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        AssignmentRule: {
            /** Format: uuid */
            id: string;
            name: string;
            position: number;
            active: boolean;
            conditions: Record<string, unknown>;
            /** @enum {string} */
            how: "user" | "round_robin" | "least_loaded";
            user_id: string | null;
            team_id: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            user: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            team: {
                /** Format: uuid */
                id: string;
                name: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        AssignmentRuleChanges: {
            name?: string;
            position?: (number | string) | null | "";
            active?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            conditions?: {
                [key: string]: string | number | boolean | (string | number | boolean)[];
            } | null | "";
            /** @enum {string} */
            how?: "user" | "round_robin" | "least_loaded";
            user_id?: string | null | "";
            team_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        AssignmentRuleInput: {
            name: string;
            position?: (number | string) | null | "";
            active?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            conditions?: {
                [key: string]: string | number | boolean | (string | number | boolean)[];
            } | null | "";
            /** @enum {string} */
            how: "user" | "round_robin" | "least_loaded";
            user_id?: string | null | "";
            team_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Call: {
            /** Format: uuid */
            id: string;
            subject: string;
            /** @enum {string} */
            call_type: "inbound" | "outbound";
            /** @enum {string} */
            status: "scheduled" | "completed" | "missed" | "cancelled";
            start_time: string | null;
            duration: number | null;
            phone_number: string;
            /** @enum {string} */
            related_to_type: "lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "";
            related_to_id: string | null;
            user_id: string | null;
            notes: string;
            outcome: string;
            recording_url: string;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            related_to: {
                type: string;
                /** Format: uuid */
                id: string;
                label: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        CallChanges: {
            subject?: string;
            call_type?: ("inbound" | "outbound") | null | "";
            status?: ("scheduled" | "completed" | "missed" | "cancelled") | null | "";
            start_time?: string | null | "";
            duration?: (number | string) | null | "";
            phone_number?: string | null;
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket") | null | "";
            related_to_id?: string | null | "";
            user_id?: string | null | "";
            notes?: string | null;
            outcome?: string | null;
            recording_url?: string | null;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        CallInput: {
            subject: string;
            call_type?: ("inbound" | "outbound") | null | "";
            status?: ("scheduled" | "completed" | "missed" | "cancelled") | null | "";
            start_time?: string | null | "";
            duration?: (number | string) | null | "";
            phone_number?: string | null;
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket") | null | "";
            related_to_id?: string | null | "";
            user_id?: string | null | "";
            notes?: string | null;
            outcome?: string | null;
            recording_url?: string | null;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Campaign: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @enum {string} */
            campaign_type: "email" | "social_media" | "sms" | "webinar" | "event" | "other";
            /** @enum {string} */
            status: "draft" | "scheduled" | "active" | "paused" | "completed";
            start_date: string | null;
            end_date: string | null;
            budget: number | null;
            spent: number;
            target_audience: string;
            description: string;
            goals: string;
            metrics: Record<string, unknown>;
            content: Record<string, unknown>;
            audience: Record<string, unknown>;
            excluded: Record<string, unknown>;
            status_reason: string;
            started_at: string | null;
            completed_at: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        CampaignChanges: {
            name?: string;
            /** @enum {string} */
            campaign_type?: "email" | "social_media" | "sms" | "webinar" | "event" | "other";
            status?: ("draft" | "scheduled" | "active" | "paused" | "completed") | null | "";
            start_date?: string | null | "";
            end_date?: string | null | "";
            budget?: (number | string) | null | "";
            spent?: (number | string) | null | "";
            target_audience?: string | null;
            description?: string | null;
            goals?: string | null;
            content?: {
                subject?: string;
                html?: string;
                text?: string;
                from_name?: string;
                /** Format: email */
                reply_to?: string;
            } | null | "";
            audience?: Record<string, unknown> | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        CampaignInput: {
            name: string;
            /** @enum {string} */
            campaign_type: "email" | "social_media" | "sms" | "webinar" | "event" | "other";
            status?: ("draft" | "scheduled" | "active" | "paused" | "completed") | null | "";
            start_date?: string | null | "";
            end_date?: string | null | "";
            budget?: (number | string) | null | "";
            spent?: (number | string) | null | "";
            target_audience?: string | null;
            description?: string | null;
            goals?: string | null;
            content?: {
                subject?: string;
                html?: string;
                text?: string;
                from_name?: string;
                /** Format: email */
                reply_to?: string;
            } | null | "";
            audience?: Record<string, unknown> | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Contact: {
            /** Format: uuid */
            id: string;
            first_name: string;
            last_name: string;
            email: string;
            phone: string;
            mobile: string;
            title: string;
            department: string;
            account_id: string | null;
            /** @enum {string} */
            source: "website" | "referral" | "social_media" | "email_campaign" | "event" | "other" | "cold_call" | "direct" | "organic" | "paid_ads" | "social" | "email" | "linktree" | "beacons" | "stan_store";
            /** @enum {string} */
            status: "active" | "inactive" | "lead" | "customer" | "prospect" | "vip" | "churned";
            linkedin_url: string;
            twitter_handle: string;
            address: string;
            city: string;
            state: string;
            country: string;
            postal_code: string;
            notes: string;
            assigned_to: string | null;
            last_contact_date: string | null;
            email_opt_out: boolean;
            opted_out_at: string | null;
            opted_out_source: string;
            consent_at: string | null;
            consent_source: string;
            tracking_opt_out: boolean;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            account: {
                /** Format: uuid */
                id: string;
                account_name: string;
                /** @constant */
                deleted?: true;
            } | null;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            open_deals: number | null;
            open_tickets: number | null;
            next_activity_at: string | null;
            last_activity_at: string | null;
        };
        ContactChanges: {
            first_name?: string;
            last_name?: string;
            /** Format: email */
            email?: string;
            phone?: string | null;
            mobile?: string | null;
            title?: string | null;
            department?: string | null;
            account_id?: string | null | "";
            source?: ("website" | "referral" | "social_media" | "email_campaign" | "event" | "other") | null | "";
            status?: ("active" | "inactive" | "lead" | "customer") | null | "";
            linkedin_url?: string | null;
            twitter_handle?: string | null;
            address?: string | null;
            city?: string | null;
            state?: string | null;
            country?: string | null;
            postal_code?: string | null;
            notes?: string | null;
            assigned_to?: string | null | "";
            last_contact_date?: string | null | "";
            email_opt_out?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            consent_at?: string | null | "";
            consent_source?: string | null;
            tracking_opt_out?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        ContactInput: {
            first_name: string;
            last_name: string;
            /** Format: email */
            email: string;
            phone?: string | null;
            mobile?: string | null;
            title?: string | null;
            department?: string | null;
            account_id?: string | null | "";
            source?: ("website" | "referral" | "social_media" | "email_campaign" | "event" | "other") | null | "";
            status?: ("active" | "inactive" | "lead" | "customer") | null | "";
            linkedin_url?: string | null;
            twitter_handle?: string | null;
            address?: string | null;
            city?: string | null;
            state?: string | null;
            country?: string | null;
            postal_code?: string | null;
            notes?: string | null;
            assigned_to?: string | null | "";
            last_contact_date?: string | null | "";
            email_opt_out?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            consent_at?: string | null | "";
            consent_source?: string | null;
            tracking_opt_out?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Customer: {
            /** Format: uuid */
            id: string;
            name: string;
            email: string;
            phone: string;
            company: string;
            /** @enum {string} */
            customer_type: "individual" | "business";
            /** @enum {string} */
            status: "active" | "inactive" | "suspended" | "lead" | "prospect" | "customer" | "vip" | "churned";
            billing_address: string;
            shipping_address: string;
            tax_id: string;
            credit_limit: number;
            total_spent: number;
            notes: string;
            tags: unknown[];
            assigned_to: string | null;
            account_id: string | null;
            contact_id: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            account: {
                /** Format: uuid */
                id: string;
                account_name: string;
                /** @constant */
                deleted?: true;
            } | null;
            contact: {
                /** Format: uuid */
                id: string;
                first_name: string;
                last_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        CustomerChanges: {
            name?: string;
            /** Format: email */
            email?: string;
            phone?: string | null;
            company?: string | null;
            customer_type?: ("individual" | "business") | null | "";
            status?: ("active" | "inactive" | "suspended") | null | "";
            billing_address?: string | null;
            shipping_address?: string | null;
            tax_id?: string | null;
            credit_limit?: (number | string) | null | "";
            notes?: string | null;
            tags?: string[] | null | "";
            assigned_to?: string | null | "";
            account_id?: string | null | "";
            contact_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        CustomerInput: {
            name: string;
            /** Format: email */
            email: string;
            phone?: string | null;
            company?: string | null;
            customer_type?: ("individual" | "business") | null | "";
            status?: ("active" | "inactive" | "suspended") | null | "";
            billing_address?: string | null;
            shipping_address?: string | null;
            tax_id?: string | null;
            credit_limit?: (number | string) | null | "";
            notes?: string | null;
            tags?: string[] | null | "";
            assigned_to?: string | null | "";
            account_id?: string | null | "";
            contact_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Deal: {
            /** Format: uuid */
            id: string;
            deal_name: string;
            amount: number;
            /** Format: uuid */
            pipeline_id: string;
            stage: string;
            /** @enum {string} */
            stage_kind: "open" | "won" | "lost" | "hold";
            probability: number;
            /** @enum {string} */
            forecast_category: "pipeline" | "best_case" | "commit" | "closed" | "omitted";
            expected_close_date: string | null;
            close_date: string | null;
            account_id: string | null;
            contact_id: string | null;
            assigned_to: string | null;
            /** @enum {string} */
            lead_source: "website" | "referral" | "social_media" | "email_campaign" | "event" | "cold_call" | "other" | "Cold Call" | "Advertisement" | "Web Download" | "Web Research" | "Employee Referral" | "External Referral" | "Partner" | "Public Relations" | "Trade Show" | "Website" | "Referral" | "Social Media" | "Email Campaign" | "Event" | "Other" | "direct" | "organic" | "paid_ads" | "social" | "email" | "linktree" | "beacons" | "stan_store" | "";
            description: string;
            next_step: string;
            loss_reason: string;
            currency: string;
            items: unknown[];
            stage_changed_at: string | null;
            position: number;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            pipeline: {
                /** Format: uuid */
                id: string;
                name: string;
                /** @constant */
                deleted?: true;
            } | null;
            account: {
                /** Format: uuid */
                id: string;
                account_name: string;
                /** @constant */
                deleted?: true;
            } | null;
            contact: {
                /** Format: uuid */
                id: string;
                first_name: string;
                last_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        DealChanges: {
            deal_name?: string;
            amount?: (number | string) | null | "";
            pipeline_id?: string | null | "";
            stage?: string;
            probability?: (number | string) | null | "";
            expected_close_date?: string | null | "";
            close_date?: string | null | "";
            account_id?: string | null | "";
            contact_id?: string | null | "";
            assigned_to?: string | null | "";
            lead_source?: ("website" | "referral" | "social_media" | "email_campaign" | "event" | "cold_call" | "other") | null | "";
            description?: string | null;
            next_step?: string | null;
            loss_reason?: string | null;
            currency?: string;
            items?: {
                /** Format: uuid */
                product_id?: string | null;
                name: string;
                quantity: number | string;
                unit_price: number | string;
                discount?: number | string;
                tax_rate?: number | string;
                total?: number | string;
            }[] | null | "";
            position?: (number | string) | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        DealInput: {
            deal_name: string;
            amount?: (number | string) | null | "";
            pipeline_id?: string | null | "";
            stage?: string;
            probability?: (number | string) | null | "";
            expected_close_date?: string | null | "";
            close_date?: string | null | "";
            account_id?: string | null | "";
            contact_id?: string | null | "";
            assigned_to?: string | null | "";
            lead_source?: ("website" | "referral" | "social_media" | "email_campaign" | "event" | "cold_call" | "other") | null | "";
            description?: string | null;
            next_step?: string | null;
            loss_reason?: string | null;
            currency?: string;
            items?: {
                /** Format: uuid */
                product_id?: string | null;
                name: string;
                quantity: number | string;
                unit_price: number | string;
                discount?: number | string;
                tax_rate?: number | string;
                total?: number | string;
            }[] | null | "";
            position?: (number | string) | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Document: {
            /** Format: uuid */
            id: string;
            title: string;
            file_name: string;
            file_type: string;
            file_size: number | null;
            s3_key: string;
            folder: string;
            uploaded_by: string | null;
            /** @enum {string} */
            related_to_type: "lead" | "contact" | "account" | "deal" | "ticket" | "general" | "customer" | "invoice" | "order" | "";
            related_to_id: string | null;
            description: string;
            tags: unknown[];
            version: number;
            is_public: boolean;
            checksum_sha256: string;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            file_url: string;
            signed_url: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            related_to: {
                type: string;
                /** Format: uuid */
                id: string;
                label: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        DocumentChanges: {
            title?: string;
            file_name?: string;
            folder?: string | null;
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "ticket" | "general" | "customer" | "invoice" | "order") | null | "";
            related_to_id?: string | null | "";
            description?: string | null;
            tags?: string[] | null | "";
            is_public?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        DocumentInput: {
            title: string;
            file_name: string;
            folder?: string | null;
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "ticket" | "general" | "customer" | "invoice" | "order") | null | "";
            related_to_id?: string | null | "";
            description?: string | null;
            tags?: string[] | null | "";
            is_public?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Email: {
            /** Format: uuid */
            id: string;
            from_email: string;
            to_email: string;
            cc: unknown[];
            bcc: unknown[];
            subject: string;
            body: string;
            html_body: string;
            /** @enum {string} */
            status: "draft" | "scheduled" | "queued" | "sending" | "sent" | "failed" | "bounced" | "complained";
            sent_at: string | null;
            scheduled_at: string | null;
            opened_at: string | null;
            clicked_at: string | null;
            opens_count: number;
            clicks_count: number;
            machine_opens_count: number;
            machine_clicks_count: number;
            attachments: unknown[];
            template_id: string;
            campaign_id: string | null;
            /** @enum {string} */
            related_to_type: "lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "invoice" | "";
            related_to_id: string | null;
            metadata: Record<string, unknown>;
            message_id: string;
            error: string;
            attempts: number;
            retry_at: string | null;
            outcome_unknown: boolean;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            campaign: {
                /** Format: uuid */
                id: string;
                name: string;
                /** @constant */
                deleted?: true;
            } | null;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            related_to: {
                type: string;
                /** Format: uuid */
                id: string;
                label: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        EmailChanges: {
            from_email?: string | null;
            /** Format: email */
            to_email?: string;
            cc?: string[] | null | "";
            bcc?: string[] | null | "";
            subject?: string;
            body?: string;
            html_body?: string | null;
            status?: ("draft" | "scheduled" | "queued" | "sending" | "sent" | "failed" | "bounced" | "complained") | null | "";
            scheduled_at?: string | null | "";
            attachments?: string[] | null | "";
            template_id?: string | null;
            campaign_id?: string | null | "";
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "invoice") | null | "";
            related_to_id?: string | null | "";
            metadata?: Record<string, unknown> | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        EmailInput: {
            from_email?: string | null;
            /** Format: email */
            to_email: string;
            cc?: string[] | null | "";
            bcc?: string[] | null | "";
            subject: string;
            body: string;
            html_body?: string | null;
            status?: ("draft" | "scheduled" | "queued" | "sending" | "sent" | "failed" | "bounced" | "complained") | null | "";
            scheduled_at?: string | null | "";
            attachments?: string[] | null | "";
            template_id?: string | null;
            campaign_id?: string | null | "";
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "invoice") | null | "";
            related_to_id?: string | null | "";
            metadata?: Record<string, unknown> | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        EmailTemplate: {
            /** Format: uuid */
            id: string;
            name: string;
            subject: string;
            body: string;
            html_body: string;
            description: string;
            category: string;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        EmailTemplateChanges: {
            name?: string;
            subject?: string;
            body?: string | null;
            html_body?: string | null;
            description?: string | null;
            category?: string | null;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        EmailTemplateInput: {
            name: string;
            subject: string;
            body?: string | null;
            html_body?: string | null;
            description?: string | null;
            category?: string | null;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Error: {
            /** @constant */
            success: false;
            message: string;
            code: string;
            errors?: {
                [key: string]: string[];
            };
            /** @description What is stored, where a move met another. */
            current?: Record<string, unknown>;
            request_id: string;
        };
        HistoryRow: {
            /** Format: uuid */
            id: string;
            event: string;
            /** Format: date-time */
            at: string;
            actor: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email?: string;
                /** @constant */
                deleted?: true;
            } | null;
            via: string;
            request_id: string;
            change_set: string | null;
            changes: {
                field: string;
                old: unknown;
                new: unknown;
            }[];
        };
        Invoice: {
            /** Format: uuid */
            id: string;
            invoice_number: string | null;
            customer_id: string | null;
            /** Format: date-time */
            issue_date: string;
            /** Format: date-time */
            due_date: string;
            /** @enum {string} */
            status: "draft" | "sent" | "paid" | "overdue" | "cancelled";
            subtotal: number | null;
            tax: number;
            discount: number;
            shipping_cost: number;
            total: number | null;
            base_total: number | null;
            amount_paid: number;
            amount_credited: number;
            balance_due: number | null;
            items: unknown[];
            payment_method: string;
            notes: string;
            terms: string;
            void_reason: string;
            order_id: string | null;
            currency: string;
            assigned_to: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            customer: {
                /** Format: uuid */
                id: string;
                name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            order: {
                /** Format: uuid */
                id: string;
                order_number: string;
                /** @constant */
                deleted?: true;
            } | null;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        InvoiceChanges: {
            customer_id?: string | null | "";
            issue_date?: string | null | "";
            /** @description ISO 8601, or a plain date. */
            due_date?: string;
            status?: ("draft" | "sent" | "paid" | "overdue" | "cancelled") | null | "";
            subtotal?: (number | string) | null | "";
            tax?: (number | string) | null | "";
            discount?: (number | string) | null | "";
            shipping_cost?: (number | string) | null | "";
            total?: (number | string) | null | "";
            items?: {
                /** Format: uuid */
                product_id?: string | null;
                name?: string;
                quantity: number | string;
                unit_price?: number | string;
                discount?: number | string;
                tax_rate?: number | string;
                total?: number | string;
            }[] | null | "";
            payment_method?: string | null;
            notes?: string | null;
            terms?: string | null;
            void_reason?: string | null;
            order_id?: string | null | "";
            currency?: string;
            assigned_to?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        InvoiceInput: {
            customer_id?: string | null | "";
            issue_date?: string | null | "";
            /** @description ISO 8601, or a plain date. */
            due_date: string;
            status?: ("draft" | "sent" | "paid" | "overdue" | "cancelled") | null | "";
            subtotal?: (number | string) | null | "";
            tax?: (number | string) | null | "";
            discount?: (number | string) | null | "";
            shipping_cost?: (number | string) | null | "";
            total?: (number | string) | null | "";
            items?: {
                /** Format: uuid */
                product_id?: string | null;
                name?: string;
                quantity: number | string;
                unit_price?: number | string;
                discount?: number | string;
                tax_rate?: number | string;
                total?: number | string;
            }[] | null | "";
            payment_method?: string | null;
            notes?: string | null;
            terms?: string | null;
            void_reason?: string | null;
            order_id?: string | null | "";
            currency?: string;
            assigned_to?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Lead: {
            /** Format: uuid */
            id: string;
            first_name: string;
            last_name: string;
            email: string;
            phone: string;
            company: string;
            title: string;
            /** @enum {string} */
            source: "website" | "referral" | "social_media" | "email_campaign" | "cold_call" | "other" | "direct" | "organic" | "paid_ads" | "social" | "email" | "linktree" | "beacons" | "stan_store";
            /** @enum {string} */
            status: "new" | "contacted" | "qualified" | "unqualified" | "converted" | "lead" | "prospect" | "customer" | "churned";
            lead_score: number;
            industry: string;
            annual_revenue: number | null;
            employees: number | null;
            website: string;
            address: string;
            city: string;
            state: string;
            country: string;
            postal_code: string;
            notes: string;
            assigned_to: string | null;
            converted_date: string | null;
            last_contact_date: string | null;
            converted_contact_id: string | null;
            converted_account_id: string | null;
            converted_deal_id: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            converted_contact: {
                /** Format: uuid */
                id: string;
                first_name: string;
                last_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            converted_account: {
                /** Format: uuid */
                id: string;
                account_name: string;
                /** @constant */
                deleted?: true;
            } | null;
            converted_deal: {
                /** Format: uuid */
                id: string;
                deal_name: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        LeadChanges: {
            first_name?: string;
            last_name?: string;
            /** Format: email */
            email?: string;
            phone?: string | null;
            company?: string | null;
            title?: string | null;
            source?: ("website" | "referral" | "social_media" | "email_campaign" | "cold_call" | "other") | null | "";
            status?: ("new" | "contacted" | "qualified" | "unqualified" | "converted") | null | "";
            lead_score?: (number | string) | null | "";
            industry?: string | null;
            annual_revenue?: (number | string) | null | "";
            employees?: (number | string) | null | "";
            website?: string | null;
            address?: string | null;
            city?: string | null;
            state?: string | null;
            country?: string | null;
            postal_code?: string | null;
            notes?: string | null;
            assigned_to?: string | null | "";
            converted_date?: string | null | "";
            last_contact_date?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        LeadInput: {
            first_name: string;
            last_name: string;
            /** Format: email */
            email: string;
            phone?: string | null;
            company?: string | null;
            title?: string | null;
            source?: ("website" | "referral" | "social_media" | "email_campaign" | "cold_call" | "other") | null | "";
            status?: ("new" | "contacted" | "qualified" | "unqualified" | "converted") | null | "";
            lead_score?: (number | string) | null | "";
            industry?: string | null;
            annual_revenue?: (number | string) | null | "";
            employees?: (number | string) | null | "";
            website?: string | null;
            address?: string | null;
            city?: string | null;
            state?: string | null;
            country?: string | null;
            postal_code?: string | null;
            notes?: string | null;
            assigned_to?: string | null | "";
            converted_date?: string | null | "";
            last_contact_date?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        LinkAnalytics: {
            /** Format: uuid */
            id: string;
            short_code: string;
            original_url: string;
            campaign_id: string | null;
            clicks: number;
            unique_clicks: number;
            machine_clicks: number;
            last_clicked_at: string | null;
            metadata: Record<string, unknown>;
            click_data: unknown[];
            /** @enum {string} */
            status: "active" | "inactive" | "expired";
            expires_at: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            short_url: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            campaign: {
                /** Format: uuid */
                id: string;
                name: string;
                /** @constant */
                deleted?: true;
            } | null;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        LinkAnalyticsChanges: {
            short_code?: string | null;
            original_url?: string;
            campaign_id?: string | null | "";
            metadata?: Record<string, unknown> | null | "";
            status?: ("active" | "inactive" | "expired") | null | "";
            expires_at?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        LinkAnalyticsInput: {
            short_code?: string | null;
            original_url: string;
            campaign_id?: string | null | "";
            metadata?: Record<string, unknown> | null | "";
            status?: ("active" | "inactive" | "expired") | null | "";
            expires_at?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Meeting: {
            /** Format: uuid */
            id: string;
            title: string;
            description: string;
            /** Format: date-time */
            start_time: string;
            /** Format: date-time */
            end_time: string;
            location: string;
            meeting_link: string;
            host_id: string | null;
            contact_id: string | null;
            /** @enum {string} */
            status: "scheduled" | "completed" | "cancelled" | "no_show";
            /** @enum {string} */
            meeting_type: "in_person" | "video_call" | "phone_call" | "other";
            attendees: unknown[];
            invited_at: string | null;
            notes: string;
            outcome: string;
            recurrence: string;
            /** @enum {string} */
            related_to_type: "lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "";
            related_to_id: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            contact: {
                /** Format: uuid */
                id: string;
                first_name: string;
                last_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            related_to: {
                type: string;
                /** Format: uuid */
                id: string;
                label: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        MeetingChanges: {
            title?: string;
            description?: string | null;
            /** @description ISO 8601, or a plain date. */
            start_time?: string;
            /** @description ISO 8601, or a plain date. */
            end_time?: string;
            location?: string | null;
            meeting_link?: string | null;
            host_id?: string | null | "";
            contact_id?: string | null | "";
            status?: ("scheduled" | "completed" | "cancelled" | "no_show") | null | "";
            meeting_type?: ("in_person" | "video_call" | "phone_call" | "other") | null | "";
            attendees?: {
                /** Format: email */
                email: string;
                name?: string;
                response?: string;
            }[] | null | "";
            notes?: string | null;
            outcome?: string | null;
            recurrence?: string | null;
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket") | null | "";
            related_to_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        MeetingInput: {
            title: string;
            description?: string | null;
            /** @description ISO 8601, or a plain date. */
            start_time: string;
            /** @description ISO 8601, or a plain date. */
            end_time: string;
            location?: string | null;
            meeting_link?: string | null;
            host_id?: string | null | "";
            contact_id?: string | null | "";
            status?: ("scheduled" | "completed" | "cancelled" | "no_show") | null | "";
            meeting_type?: ("in_person" | "video_call" | "phone_call" | "other") | null | "";
            attendees?: {
                /** Format: email */
                email: string;
                name?: string;
                response?: string;
            }[] | null | "";
            notes?: string | null;
            outcome?: string | null;
            recurrence?: string | null;
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket") | null | "";
            related_to_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Order: {
            /** Format: uuid */
            id: string;
            order_number: string;
            customer_id: string | null;
            /** @enum {string} */
            status: "pending" | "confirmed" | "processing" | "shipped" | "delivered" | "cancelled";
            /** Format: date-time */
            order_date: string;
            subtotal: number | null;
            tax: number;
            shipping_cost: number;
            discount: number;
            total: number | null;
            items: unknown[];
            shipping_address: string;
            billing_address: string;
            payment_method: string;
            /** @enum {string} */
            payment_status: "pending" | "paid" | "failed" | "refunded";
            notes: string;
            tracking_number: string;
            assigned_to: string | null;
            deal_id: string | null;
            currency: string;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            customer: {
                /** Format: uuid */
                id: string;
                name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            deal: {
                /** Format: uuid */
                id: string;
                deal_name: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        OrderChanges: {
            customer_id?: string | null | "";
            status?: ("pending" | "confirmed" | "processing" | "shipped" | "delivered" | "cancelled") | null | "";
            order_date?: string | null | "";
            subtotal?: (number | string) | null | "";
            tax?: (number | string) | null | "";
            shipping_cost?: (number | string) | null | "";
            discount?: (number | string) | null | "";
            total?: (number | string) | null | "";
            items?: {
                /** Format: uuid */
                product_id?: string | null;
                name?: string;
                quantity: number | string;
                unit_price?: number | string;
                discount?: number | string;
                tax_rate?: number | string;
                total?: number | string;
            }[] | null | "";
            shipping_address?: string | null;
            billing_address?: string | null;
            payment_method?: string | null;
            payment_status?: ("pending" | "paid" | "failed" | "refunded") | null | "";
            notes?: string | null;
            tracking_number?: string | null;
            assigned_to?: string | null | "";
            deal_id?: string | null | "";
            currency?: string;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        OrderInput: {
            customer_id?: string | null | "";
            status?: ("pending" | "confirmed" | "processing" | "shipped" | "delivered" | "cancelled") | null | "";
            order_date?: string | null | "";
            subtotal?: (number | string) | null | "";
            tax?: (number | string) | null | "";
            shipping_cost?: (number | string) | null | "";
            discount?: (number | string) | null | "";
            total?: (number | string) | null | "";
            items?: {
                /** Format: uuid */
                product_id?: string | null;
                name?: string;
                quantity: number | string;
                unit_price?: number | string;
                discount?: number | string;
                tax_rate?: number | string;
                total?: number | string;
            }[] | null | "";
            shipping_address?: string | null;
            billing_address?: string | null;
            payment_method?: string | null;
            payment_status?: ("pending" | "paid" | "failed" | "refunded") | null | "";
            notes?: string | null;
            tracking_number?: string | null;
            assigned_to?: string | null | "";
            deal_id?: string | null | "";
            currency?: string;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Pipeline: {
            /** Format: uuid */
            id: string;
            name: string;
            is_default: boolean;
            active: boolean;
            stages: unknown[];
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        PipelineChanges: {
            name?: string;
            is_default?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            active?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            stages?: {
                name: string;
                /** @enum {unknown} */
                kind?: "open" | "won" | "lost" | "hold";
                probability?: number | null;
                /** @enum {unknown} */
                forecast_category?: "pipeline" | "best_case" | "commit" | "closed" | "omitted";
                rotting_days?: number | null;
            }[] | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        PipelineInput: {
            name: string;
            is_default?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            active?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            stages?: {
                name: string;
                /** @enum {unknown} */
                kind?: "open" | "won" | "lost" | "hold";
                probability?: number | null;
                /** @enum {unknown} */
                forecast_category?: "pipeline" | "best_case" | "commit" | "closed" | "omitted";
                rotting_days?: number | null;
            }[] | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Product: {
            /** Format: uuid */
            id: string;
            name: string;
            sku: string;
            description: string;
            category: string;
            price: number;
            cost?: number | null;
            stock_quantity: number;
            track_stock: boolean;
            unit: string;
            /** @enum {string} */
            status: "active" | "discontinued" | "out_of_stock" | "inactive";
            image_url: string;
            specifications: Record<string, unknown>;
            tags: unknown[];
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        ProductChanges: {
            name?: string;
            sku?: string | null;
            description?: string | null;
            category?: string | null;
            price?: number | string;
            cost?: (number | string) | null | "";
            stock_quantity?: (number | string) | null | "";
            track_stock?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            unit?: string | null;
            status?: ("active" | "discontinued" | "out_of_stock") | null | "";
            image_url?: string | null;
            specifications?: Record<string, unknown> | null | "";
            tags?: string[] | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        ProductInput: {
            name: string;
            sku?: string | null;
            description?: string | null;
            category?: string | null;
            price: number | string;
            cost?: (number | string) | null | "";
            stock_quantity?: (number | string) | null | "";
            track_stock?: (boolean | ("true" | "false" | "True" | "False")) | null | "";
            unit?: string | null;
            status?: ("active" | "discontinued" | "out_of_stock") | null | "";
            image_url?: string | null;
            specifications?: Record<string, unknown> | null | "";
            tags?: string[] | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Supplier: {
            /** Format: uuid */
            id: string;
            name: string;
            contact_person: string;
            email: string;
            phone: string;
            address: string;
            city: string;
            state: string;
            country: string;
            postal_code: string;
            tax_id: string;
            payment_terms: string;
            /** @enum {string} */
            status: "active" | "inactive" | "pending";
            rating: number | null;
            notes: string;
            products_supplied: unknown[];
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        SupplierChanges: {
            name?: string;
            contact_person?: string | null;
            email?: string | null;
            phone?: string | null;
            address?: string | null;
            city?: string | null;
            state?: string | null;
            country?: string | null;
            postal_code?: string | null;
            tax_id?: string | null;
            payment_terms?: string | null;
            status?: ("active" | "inactive") | null | "";
            rating?: (number | string) | null | "";
            notes?: string | null;
            products_supplied?: (string | Record<string, unknown>)[] | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        SupplierInput: {
            name: string;
            contact_person?: string | null;
            email?: string | null;
            phone?: string | null;
            address?: string | null;
            city?: string | null;
            state?: string | null;
            country?: string | null;
            postal_code?: string | null;
            tax_id?: string | null;
            payment_terms?: string | null;
            status?: ("active" | "inactive") | null | "";
            rating?: (number | string) | null | "";
            notes?: string | null;
            products_supplied?: (string | Record<string, unknown>)[] | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Task: {
            /** Format: uuid */
            id: string;
            title: string;
            description: string;
            /** @enum {string} */
            status: "pending" | "in_progress" | "completed" | "cancelled" | "Not Started" | "Deferred" | "In Progress" | "Completed" | "Waiting on someone else";
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent" | "Highest" | "High" | "Normal" | "Low" | "Lowest";
            due_date: string | null;
            completed_date: string | null;
            assigned_to: string | null;
            /** @enum {string} */
            related_to_type: "lead" | "contact" | "account" | "deal" | "customer" | "ticket" | "";
            related_to_id: string | null;
            reminder: string | null;
            recurrence: string;
            notes: string;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            related_to: {
                type: string;
                /** Format: uuid */
                id: string;
                label: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        TaskChanges: {
            title?: string;
            description?: string | null;
            status?: ("pending" | "in_progress" | "completed" | "cancelled") | null | "";
            priority?: ("low" | "medium" | "high" | "urgent") | null | "";
            due_date?: string | null | "";
            completed_date?: string | null | "";
            assigned_to?: string | null | "";
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket") | null | "";
            related_to_id?: string | null | "";
            reminder?: string | null | "";
            recurrence?: string | null;
            notes?: string | null;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        TaskInput: {
            title: string;
            description?: string | null;
            status?: ("pending" | "in_progress" | "completed" | "cancelled") | null | "";
            priority?: ("low" | "medium" | "high" | "urgent") | null | "";
            due_date?: string | null | "";
            completed_date?: string | null | "";
            assigned_to?: string | null | "";
            related_to_type?: ("lead" | "contact" | "account" | "deal" | "customer" | "ticket") | null | "";
            related_to_id?: string | null | "";
            reminder?: string | null | "";
            recurrence?: string | null;
            notes?: string | null;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Team: {
            /** Format: uuid */
            id: string;
            name: string;
            manager_id: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            manager: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        TeamChanges: {
            name?: string;
            manager_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        TeamInput: {
            name: string;
            manager_id?: string | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        Ticket: {
            /** Format: uuid */
            id: string;
            ticket_number: string;
            subject: string;
            description: string;
            customer_id: string | null;
            contact_id: string | null;
            assigned_to: string | null;
            /** @enum {string} */
            status: "open" | "in_progress" | "pending" | "resolved" | "closed";
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent";
            category: string;
            /** @enum {string} */
            source: "email" | "phone" | "chat" | "web" | "social_media";
            resolution: string;
            resolved_date: string | null;
            tags: unknown[];
            first_response_due: string | null;
            resolution_due: string | null;
            first_responded_at: string | null;
            sla_breached: boolean;
            escalated_at: string | null;
            escalated_to_id: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            customer: {
                /** Format: uuid */
                id: string;
                name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            contact: {
                /** Format: uuid */
                id: string;
                first_name: string;
                last_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            escalated_to: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        TicketChanges: {
            subject?: string;
            description?: string;
            customer_id?: string | null | "";
            contact_id?: string | null | "";
            assigned_to?: string | null | "";
            status?: ("open" | "in_progress" | "pending" | "resolved" | "closed") | null | "";
            priority?: ("low" | "medium" | "high" | "urgent") | null | "";
            category?: string | null;
            source?: ("email" | "phone" | "chat" | "web" | "social_media") | null | "";
            resolution?: string | null;
            resolved_date?: string | null | "";
            tags?: string[] | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        TicketInput: {
            subject: string;
            description: string;
            customer_id?: string | null | "";
            contact_id?: string | null | "";
            assigned_to?: string | null | "";
            status?: ("open" | "in_progress" | "pending" | "resolved" | "closed") | null | "";
            priority?: ("low" | "medium" | "high" | "urgent") | null | "";
            category?: string | null;
            source?: ("email" | "phone" | "chat" | "web" | "social_media") | null | "";
            resolution?: string | null;
            resolved_date?: string | null | "";
            tags?: string[] | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        TimelineRow: {
            kind: string;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            at: string;
            title: string;
            user: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email?: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        User: {
            /** Format: uuid */
            id: string;
            email: string;
            full_name: string;
            /** @enum {string} */
            role: "admin" | "manager" | "sales_rep" | "support";
            department: string;
            phone: string;
            avatar_url: string;
            /** @enum {string} */
            status: "active" | "inactive" | "suspended";
            last_login: string | null;
            preferences: Record<string, unknown>;
            team_id: string | null;
            timezone: string;
            locale: string;
            email_verified: boolean;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            team: {
                /** Format: uuid */
                id: string;
                name: string;
                /** @constant */
                deleted?: true;
            } | null;
            creator: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        UserChanges: {
            /** Format: email */
            email?: string;
            full_name?: string;
            role?: ("admin" | "manager" | "sales_rep" | "support") | null | "";
            department?: string | null;
            phone?: string | null;
            avatar_url?: string | null;
            status?: ("active" | "inactive" | "suspended") | null | "";
            preferences?: Record<string, unknown> | null | "";
            team_id?: string | null | "";
            timezone?: string | null;
            locale?: string | null;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
            password?: string;
        };
        UserInput: {
            /** Format: email */
            email: string;
            full_name: string;
            role?: ("admin" | "manager" | "sales_rep" | "support") | null | "";
            department?: string | null;
            phone?: string | null;
            avatar_url?: string | null;
            status?: ("active" | "inactive" | "suspended") | null | "";
            preferences?: Record<string, unknown> | null | "";
            team_id?: string | null | "";
            timezone?: string | null;
            locale?: string | null;
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
            password?: string;
        };
        Workflow: {
            /** Format: uuid */
            id: string;
            name: string;
            description: string;
            /** @enum {string} */
            trigger_type: "manual" | "scheduled" | "event" | "webhook";
            trigger_config: Record<string, unknown>;
            actions: unknown[];
            conditions: unknown[];
            /** @enum {string} */
            status: "active" | "inactive" | "draft";
            execution_count: number;
            last_executed_at: string | null;
            custom_fields: Record<string, unknown>;
            external_id: string;
            revision: number;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            created_date: string;
            /** Format: date-time */
            updated_date: string;
            owner: {
                /** Format: uuid */
                id: string;
                full_name: string;
                email: string;
                /** @constant */
                deleted?: true;
            } | null;
        };
        WorkflowChanges: {
            name?: string;
            description?: string | null;
            trigger_type?: ("manual" | "scheduled" | "event" | "webhook") | null | "";
            trigger_config?: Record<string, unknown> | null | "";
            actions?: Record<string, unknown>[] | null | "";
            conditions?: Record<string, unknown>[] | null | "";
            status?: ("active" | "inactive" | "draft") | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
        WorkflowInput: {
            name: string;
            description?: string | null;
            trigger_type?: ("manual" | "scheduled" | "event" | "webhook") | null | "";
            trigger_config?: Record<string, unknown> | null | "";
            actions?: Record<string, unknown>[] | null | "";
            conditions?: Record<string, unknown>[] | null | "";
            status?: ("active" | "inactive" | "draft") | null | "";
            custom_fields?: Record<string, unknown> | null | "";
            external_id?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
