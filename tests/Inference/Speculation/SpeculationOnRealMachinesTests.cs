using Understudy.Inference.Speculation;

namespace Understudy.Inference.Tests.Speculation;

/// <summary>
/// Controllers on simulated machines: passes vary by a tenth, one in thirty waits for its core, the machine is three times slower for a while, and what was measured at the start is not
/// what passes cost later.
/// </summary>
public sealed class SpeculationOnRealMachinesTests
{
    private const int Tokens = 6000;

    /// <summary>A pass over five tokens takes twice one over a single token on the machine; at the start it was measured as less or more.</summary>
    private const double True = 2;

    [Theory]
    [InlineData(0.4, 1.2)]
    [InlineData(0.4, 2.0)]
    [InlineData(0.7, 1.3)]
    [InlineData(0.9, 2.0)]
    [InlineData(0.0, 3.0)]
    public void Record_ProposerThatLoses_CostsHardlyAnything(double brought, double measured) =>
        Assert.InRange(Median(seed => Run(brought, draft: 0.15, measured, seed)), 0.97, 1.01);

    [Theory]
    [InlineData(2.5, 1.3, 1.55)]
    [InlineData(2.5, 2.0, 1.55)]
    [InlineData(2.5, 3.0, 1.5)]
    [InlineData(4.0, 4.0, 2.1)]
    public void Record_ProposerThatWins_IsKept(double brought, double measured, double least) =>
        Assert.InRange(Median(seed => Run(brought, draft: 0.1, measured, seed)), least, (1 + brought) / (True + 0.1) * 1.02);

    /// <summary>One pass over a tree in five waits for six passes' time, which none over one token does.</summary>
    [Theory]
    [InlineData(1.0)]
    [InlineData(1.4)]
    public void Record_PassesThatWaitMoreOftenBehindAProposer_CostHardlyAnything(double brought) =>
        Assert.InRange(Median(seed => Run(brought, draft: 0.1, True, seed, waits: 0.2)), 0.96, 1.01);

    /// <summary>One pass in five waits, of whatever kind.</summary>
    [Theory]
    [InlineData(1.6)]
    [InlineData(2.5)]
    public void Record_PassesThatAllWait_TakeNoGoodProposerOff(double brought) =>
        Assert.InRange(Median(seed => Run(brought, draft: 0.1, True, seed, waits: 0.2, alone: 0.2)), 1.3 * (1 + brought) / 2.6, 4);

    [Fact]
    public void Record_TokenThatCostsLessAlone_IsFoundByStepsWithNobodyAhead()
    {
        var (costs, controller) = (Measured(1.3), default(SpeculationController));
        controller = new(costs, 1);
        var (random, alone, steps) = (new Random(5), 0, 0);
        for (; steps < 2000; steps++)
        {
            Step(costs, controller, brought: 3.5, draft: 0, speed: 1, random, always: true, ref alone);
        }

        Assert.Equal(True, costs.PassesOf(5), 0.2);
        Assert.InRange(alone, 10, 80);
    }

    [Fact]
    public void Record_MachineThatSlowsDown_ChangesAllPassesAlike()
    {
        var (costs, random, unused) = (Measured(True), new Random(5), 0);
        var controller = new SpeculationController(costs, 1);
        for (var step = 0; step < 100; step++)
        {
            Step(costs, controller, brought: 3.5, draft: 0, speed: 3, random, always: true, ref unused);
        }

        Assert.InRange(costs.Of(1), 2.5, 3.5);
        Assert.Equal(Measured(True).Of(5), costs.PassesOf(5), 0.25);
    }

    /// <summary>Plain decoding's time over that of speculation.</summary>
    private static double Run(double brought, double draft, double measured, int seed, double waits = 0, double alone = 0)
    {
        var (costs, random, probes) = (Measured(measured), new Random(seed), 0);
        var controller = new SpeculationController(costs, 1);
        var (spent, plain, tokens) = (0.0, 0.0, 0);
        while (tokens < Tokens)
        {
            var speed = tokens / 1000 % 2 == 1 ? 3.0 : 1;
            var (taken, milliseconds) = Step(costs, controller, brought, draft, speed, random, always: false, ref probes, waits, alone);
            spent += milliseconds;
            plain += taken * speed * (MeanNoise + (6 * alone));
            tokens += taken;
        }

        return plain / spent;
    }

    private static (int Tokens, double Milliseconds) Step(StepCosts costs, SpeculationController controller, double brought, double draft, double speed, Random random, bool always, ref int alone, double waits = 0, double aloneWaits = 0)
    {
        var isAlone = controller.IsAlone;
        alone += isAlone ? 1 : 0;
        if (isAlone || !(always || controller.IsOn(0)))
        {
            var one = (speed * Noise(random)) + (aloneWaits > 0 && random.NextDouble() < aloneWaits ? 6 * speed : 0);
            costs.Record(1, one);
            controller.Record(1, one, alone: true);
            return (1, one);
        }

        var (own, pass) = (draft * speed, (True * speed * Noise(random)) + (waits > 0 && random.NextDouble() < waits ? 6 * speed : 0));
        var taken = (int)brought + (random.NextDouble() < brought - Math.Floor(brought) ? 1 : 0);
        controller.Record(0, own, nodes: 4, taken, before: 1, controller.Wait(5, pass));
        costs.Record(5, pass);
        controller.Record(taken + 1, own + pass, alone: false);
        return (taken + 1, own + pass);
    }

    private const double MeanNoise = 1 + (7.0 / 30);

    private static double Noise(Random random) => (0.9 + (0.2 * random.NextDouble())) * (random.Next(30) == 0 ? 8 : 1);

    private static StepCosts Measured(double five) => new(new Dictionary<int, double> { [1] = 1, [5] = five, [16] = 1 + ((five - 1) * 15 / 4) });

    private static double Median(Func<int, double> run) => Enumerable.Range(1, 9).Select(run).Order().ElementAt(4);
}
