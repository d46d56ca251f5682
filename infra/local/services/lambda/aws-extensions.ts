/**
 * Layers in which AWS gives out extensions that a function runs without: Lambda Insights measures it, Parameters and Secrets answers it at
 * `localhost:2773`, where nobody does here. Each region has an account of its own. Source: the tables of `aws-cdk-lib/region-info`.
 */

const INSIGHTS = accounts(`
  012438385374 033019950311 066549572091 122132214140 145023102084 158895979263 194566237122 198461476570 285320876703
  339249233099 352183217350 439286490199 459530977127 488211338238 519774774795 580247275435 590183865173 605207715842
  727646510379 732604637566 751350123760 761018874580 761377655185 879381266642 891564319516 946466191631
`);

const PARAMETERS_AND_SECRETS = accounts(`
  015030872274 044395824272 070087711984 127562683043 129776340158 133256977650 133490724326 176022468876 177933569100
  187925254637 200266452380 287114880934 287310001119 317013901791 325218067255 345057560386 427196147048 490737872127
  524103009944 576959938190 590474943231 665172237481 738900069198 768336418462 772501565639 780235371811 832021897121
  858974508948 933737806257 997803712105
`);

/** By the account in the ARN, since anybody may name a layer so. */
export function isAwsExtension(layerArn: string): boolean {
  const [, account = '', name] =
    /^arn:aws[\w-]*:lambda:[\w-]+:(\d{12}):layer:([\w-]+?)(?:-Arm64)?:\d+$/.exec(layerArn) ?? [];
  if (name === 'LambdaInsightsExtension') return INSIGHTS.has(account);
  return name === 'AWS-Parameters-and-Secrets-Lambda-Extension' && PARAMETERS_AND_SECRETS.has(account);
}

function accounts(listed: string): ReadonlySet<string> {
  return new Set(listed.trim().split(/\s+/));
}
