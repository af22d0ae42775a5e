import { describe, expect, it } from 'vitest';
import { startEns } from '../../../../local/clouds/ens/start-ens.ts';
import { callCore } from '../cloud-trial.ts';
import { refusalOf } from '../ecs-trial.ts';
import { ensTrial, shellEntry, shellFlat } from './ens-trial.ts';

describe('switches of the emulated Edge Node Service', () => {
  it('are each described with a default', async () => {
    const { control } = await ensTrial();

    const { body } = await control('');
    const switches = Object.values(body.behaviour as Record<string, { meaning: string; default: unknown }>);

    expect(body.operations).toContain('CreateSecurityGroupPermissions');
    expect(switches.every((one) => one.meaning !== '' && one.default !== undefined)).toBe(true);
  });

  it('revokeMissing: nothing happens, or a code', async () => {
    const { call, remove, control } = await ensTrial();

    const byDefault = await call('RevokeSecurityGroup', shellFlat(7));
    const codes = [];
    for (const revokeMissing of ['InvalidSecurityGroupRule.RuleNotExist', 'InvalidParameter', 'ens.interface.error']) {
      await control('/behaviour', { revokeMissing });
      codes.push((await refusalOf(remove([shellEntry(7)]))).code);
    }

    expect(byDefault.RequestId).toMatch(/./);
    expect(codes).toEqual(['InvalidSecurityGroupRule.RuleNotExist', 'InvalidParameter', 'ens.interface.error']);
  });

  it('revokeMatches: the named priority only, or every one', async () => {
    const { create, remove, rules, control } = await ensTrial();
    await create([shellEntry(7), shellEntry(7, { Priority: 2 }), shellEntry(7, { Priority: 3 })]);

    await remove([shellEntry(7, { Priority: 2 })]);
    const exact = await rules();
    await control('/behaviour', { revokeMatches: 'any-priority' });
    await remove([shellEntry(7)]);

    expect([exact.length, (await rules()).length]).toEqual([5, 3]);
  });

  it('priorityIsIdentity: another priority is another rule, or a duplicate', async () => {
    const { create, control } = await ensTrial();
    await create([shellEntry(7), shellEntry(7, { Priority: 2 })]);
    await control('/behaviour', { priorityIsIdentity: false });

    const refusal = await refusalOf(create([shellEntry(7, { Priority: 3 })]));

    expect(refusal).toMatchObject({ code: 'SecurityGroupRuleConflict.Duplicated' });
  });

  it('descriptions: kept, dropped or refused; in the flat form too; never in a removal', async () => {
    const { create, remove, call, rules, control } = await ensTrial();
    const said = { Description: 'OPS-7' };

    await create([shellEntry(1, said)]);
    await call('AuthorizeSecurityGroup', shellFlat(2, said));
    await control('/behaviour', { descriptions: 'ignored', flatDescription: 'kept', deleteDescription: 'ignored' });
    await create([shellEntry(3, said)]);
    await call('AuthorizeSecurityGroup', shellFlat(4, said));
    await remove([shellEntry(3, said)]);
    const shown = (await rules()).slice(3).map(({ Description }) => Description);
    await control('/behaviour', { descriptions: 'InvalidParameter', deleteDescription: 'InvalidParameter' });
    const refusals = [await refusalOf(create([shellEntry(5, said)])), await refusalOf(remove([shellEntry(1, said)]))];

    expect(shown).toEqual(['OPS-7', '', 'OPS-7']);
    expect(refusals).toMatchObject([{ code: 'InvalidParameter' }, { code: 'InvalidParameter' }]);
  });

  it('batch: a duplicate spoils all of a batch, or only what comes after it', async () => {
    const { create, rules, control } = await ensTrial();
    await create([shellEntry(2)]);
    const batch = [shellEntry(1), shellEntry(2), shellEntry(3)];

    await refusalOf(create(batch));
    const atomic = await rules();
    await control('/behaviour', { batch: 'partial' });
    await refusalOf(create(batch));

    expect([atomic.length, (await rules()).length]).toEqual([4, 5]);
  });

  it('limits: entries of a batch, rules of a group', async () => {
    const { create, control } = await ensTrial();
    await control('/behaviour', { permissionsMax: 2, rulesPerGroupMax: 4 });

    const many = await refusalOf(create([shellEntry(1), shellEntry(2), shellEntry(3)]));
    const full = await refusalOf(create([shellEntry(1), shellEntry(2)]));

    expect([many, full]).toMatchObject([
      { code: 'InvalidParameter', statusCode: 400 },
      { code: 'AuthorizationLimitExceed', statusCode: 400 },
    ]);
  });

  it('echoes: case, source ports, bare addresses; empty texts taken as absent', async () => {
    const { create, rules, control } = await ensTrial();
    await control('/behaviour', {
      caseEcho: 'lower',
      sourcePortRangeEcho: 'as-sent',
      bareIpEcho: 'with-prefix',
      emptyStrings: 'ignored',
    });

    await create([shellEntry(7, { SourceCidrIp: '203.0.113.7', Description: '' })]);

    expect((await rules()).at(-1)).toMatchObject({
      IpProtocol: 'tcp',
      Policy: 'accept',
      SourcePortRange: '',
      SourceCidrIp: '203.0.113.7/32',
    });
  });

  it('describeLagMs and throttlePerMinute: late listings, and no more calls in this minute', async () => {
    // At the beginning of a minute, so that none ends in between.
    let now = Math.floor(Date.now() / 60_000) * 60_000;
    const { create, rules, control } = await ensTrial({ now: () => now });
    await control('/behaviour', { describeLagMs: 5_000, throttlePerMinute: 2 });
    await create([shellEntry(7)]);

    const early = await rules();
    now += 5_001;
    const late = await rules();
    await create([shellEntry(8)]);
    const throttled = await refusalOf(create([shellEntry(9)]));

    expect([early.length, late.length]).toEqual([3, 4]);
    expect(throttled).toMatchObject({ name: 'ThrottlingError', code: 'Throttling.User' });
  });
});

describe('the emulated Edge Node Service', () => {
  it.each(['ens.interface.error', 'CallInterface', 'NoPermission'])('says %s on command', async (code) => {
    const { create, control } = await ensTrial();
    await control('/faults', [{ action: 'CreateSecurityGroupPermissions', fault: 'error', code, status: 400 }]);

    const refusal = await refusalOf(create([shellEntry(7)]));

    expect(refusal).toMatchObject({ code, statusCode: 400 });
  });

  it('does the first half of a batch, then fails with 400', async () => {
    const { create, rules, control } = await ensTrial();
    await control('/faults', [{ action: 'CreateSecurityGroupPermissions', fault: 'partial' }]);

    const refusal = await refusalOf(create([1, 2, 3, 4].map((octet) => shellEntry(octet))));

    expect(refusal).toMatchObject({ code: 'ens.interface.error', statusCode: 400 });
    expect(await rules()).toHaveLength(5);
  });

  it('keeps rules over a restart, logs calls, and resets what it is told to', async () => {
    const { create, control, close, dataDir } = await ensTrial();
    await create([shellEntry(7)]);
    const { body: log } = await control('/calls');
    await close();
    const again = await startEns({ port: 0, dataDir });
    const listed = await callCore(again.url, {
      action: 'DescribeSecurityGroupAttribute',
      version: '2017-11-10',
      query: { SecurityGroupId: 'sg-demo-ens' },
    });
    await again.close();
    const trial = await ensTrial();
    await trial.create([shellEntry(7)]);
    await trial.control('/reset', { rules: true });

    expect(log.calls).toMatchObject([{ action: 'CreateSecurityGroupPermissions', status: 200 }]);
    expect((listed.body.Permissions as { Permission: unknown[] }).Permission).toHaveLength(4);
    expect(await trial.rules()).toHaveLength(3);
  });
});
