/** Every text of the pages. A language that lacks one does not compile. `{…}` stands for what is put there. */
export interface Texts {
  signIn: {
    title: string
    button: string
    next: string
    as: (name: string) => string
    otherAccount: string
    forgotten: string
    newHere: string
    signUp: string
    or: string
    continueWith: (provider: string) => string
    organization: string
    organizationHint: string
    socialPromise: string
  }
  /** What people sign in by. */
  names: {
    username: string
    email: string
    phone: string
    emailOrPhone: string
    usernameOrEmail: string
    usernameOrPhone: string
    usernameEmailOrPhone: string
  }
  password: {
    label: string
    new: string
    again: string
    show: string
    hide: string
    mustHave: string
    length: (characters: number) => string
    lower: string
    upper: string
    digit: string
    symbol: string
  }
  signUp: {
    title: string
    button: string
    haveAccount: string
    signIn: string
    /** `{terms}` and `{privacy}` become links, named by the next two. */
    agree: string
    terms: string
    privacy: string
  }
  /** Standard attributes of a user. */
  attributes: {
    address: string
    birthdate: string
    email: string
    family_name: string
    gender: string
    given_name: string
    locale: string
    middle_name: string
    name: string
    nickname: string
    phone_number: string
    picture: string
    preferred_username: string
    profile: string
    updated_at: string
    website: string
    zoneinfo: string
  }
  phoneHint: string
  optional: string
  code: {
    label: string
    sentTo: (place: string) => string
    sent: string
    none: string
    again: string
    sentAgain: string
  }
  confirm: {
    title: string
    button: string
    linkSentTo: (place: string) => string
    done: string
    doneText: string
  }
  forgotten: {
    title: string
    text: string
    button: string
    newTitle: string
    change: string
    done: string
  }
  forced: { title: string; text: string }
  choice: {
    title: string
    password: string
    emailCode: string
    smsCode: string
    passkey: string
    other: string
  }
  factor: {
    chooseTitle: string
    setUpTitle: string
    setUpText: string
    app: string
    sms: string
    email: string
    smsTitle: string
    emailTitle: string
    appTitle: string
    appText: string
    button: string
  }
  authenticator: {
    title: string
    scan: string
    qr: string
    secret: string
    enter: string
    deviceName: string
  }
  passkey: {
    signInTitle: string
    signInText: string
    signInButton: string
    addTitle: string
    addText: string
    addButton: string
    later: string
    failed: string
    unsupported: string
    needsScript: string
  }
  back: string
  goOn: string
  problem: {
    title: string
    page: string
    expired: string
    startAgain: string
    unavailable: string
    unavailableText: string
  }
  errors: {
    wrongPassword: string
    noUser: string
    disabled: string
    notConfirmed: string
    resetRequired: string
    temporaryExpired: string
    attempts: string
    wrongCode: string
    expiredCode: string
    usedCode: string
    expired: string
    userExists: string
    emailExists: string
    phoneExists: string
    passwordPolicy: string
    passwordUsed: string
    passwordsDiffer: string
    email: string
    phone: string
    missing: (field: string) => string
    invalid: string
    noSignUp: string
    noReset: string
    noProvider: string
    tooMany: string
    unknown: string
  }
}
