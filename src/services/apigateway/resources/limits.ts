/** Developer Guide, "Quotas for configuring and running a REST API". */
export const MOST_RESOURCES = 300
