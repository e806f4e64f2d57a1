using Understudy.Inference.Speculation;

namespace Understudy.Inference.Tests.Speculation;

public sealed class SpeculationControllerTests
{
    private static StepCosts Costs => new(new Dictionary<int, double> { [1] = 4, [2] = 4.4, [4] = 5, [8] = 7, [16] = 12 });

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 4.7)]
    [InlineData(6, 6)]
    [InlineData(16, 12)]
    [InlineData(31, 20)]
    [InlineData(64, 37.6)]
    [InlineData(256, 140)]
    public void Of_AnyCount_InterpolatesWhatWasMeasured(int tokens, double expected) => Assert.Equal(expected, Costs.Of(tokens), 1e-9);

    [Fact]
    public void Record_ProposerThatLoses_IsPausedForLongerEachTime()
    {
        var controller = new SpeculationController(Costs, 2);
        List<int> pauses = [];
        for (var token = 0; token < 20_000 && pauses.Count < 4; token++)
        {
            if (controller.IsOn(0))
            {
                controller.Record(0, milliseconds: 3, nodes: 4, brought: 0, before: 1);
                controller.Record(tokens: 1, milliseconds: 8, alone: false);
                if (!controller.IsOn(0))
                {
                    pauses.Add(0);
                }
            }
            else
            {
                controller.Record(tokens: 1, milliseconds: 4, alone: false);
                pauses[^1]++;
            }

            Assert.True(controller.IsOn(1));
        }

        // A step loses 4.5 ms, and four passes are 16: a trial is lost four steps after its first, with 22.5 ms. Eight passes are free; what
        // goes beyond them, 13 ms in the second trial, is 1 % of 1,300 ms.
        Assert.Equal([64, 325, 650], pauses.Take(3).Select(pause => pause + 1));
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(3, 12)]
    [InlineData(40, 16)]
    public void Record_ProposersThatNeverBringAnything_CostNoMoreThanTheirShare(double milliseconds, int nodes)
    {
        var controller = new SpeculationController(Costs, 2);
        var (tokens, spent) = (0, 0.0);
        for (; tokens < 20_000; tokens++)
        {
            var step = 4.0;
            for (var proposer = 0; proposer < 2; proposer++)
            {
                if (controller.IsOn(proposer))
                {
                    controller.Record(proposer, milliseconds, nodes, brought: 0, before: 1);
                    step += milliseconds + Costs.Of(nodes + 1) - 4;
                }
            }

            spent += step;
            controller.Record(tokens: 1, step, alone: false);
        }

        Assert.InRange(spent / (4.0 * tokens), 1, 1.025);
    }

    [Fact]
    public void Record_ProposerThatCatchesUpInItsFirstStep_IsJudgedByTheOthers()
    {
        var controller = new SpeculationController(Costs, 1);
        var (asked, on) = (0, 0);
        for (var step = 0; step < 3000; step++)
        {
            var isOn = controller.IsOn(0);
            (asked, on) = isOn ? (asked + 1, on + 1) : (0, on);
            if (isOn)
            {
                controller.Record(0, milliseconds: asked == 1 ? 40 : 1, nodes: 4, brought: asked == 1 ? 0 : 3, before: 1);
            }

            controller.Record(tokens: isOn ? 4 : 1, milliseconds: isOn ? 6 : 4, alone: false);
        }

        Assert.Equal(3000, on);
    }

    [Fact]
    public void Record_OneStepThatTheMachineHeldUp_TakesNoGoodProposerOff()
    {
        var controller = new SpeculationController(Costs, 1);
        for (var step = 0; step < 200; step++)
        {
            Assert.True(controller.IsOn(0), $"off in step {step}");
            controller.Record(0, milliseconds: step == 100 ? 100 : 1, nodes: 4, brought: 3, before: 1);
            controller.Record(tokens: 4, milliseconds: 6, alone: false);
        }
    }

    [Fact]
    public void Record_LateStepsOfOtherGenerations_DoNotLengthenAPause()
    {
        var controller = new SpeculationController(Costs, 1);
        while (controller.IsOn(0))
        {
            controller.Record(0, milliseconds: 3, nodes: 4, brought: 0, before: 1);
        }

        for (var late = 0; late < 20; late++)
        {
            controller.Record(0, milliseconds: 3, nodes: 4, brought: 0, before: 1);
        }

        controller.Record(tokens: 451, milliseconds: 4 * 451, alone: false);
        Assert.True(controller.IsOn(0));
    }

    [Fact]
    public void Record_ProposerThatBeginsToWin_IsFoundAgain()
    {
        var controller = new SpeculationController(Costs, 1);
        for (var token = 0; token < 1000; token++)
        {
            if (controller.IsOn(0))
            {
                controller.Record(0, milliseconds: 1, nodes: 4, brought: 0, before: 1);
            }

            controller.Record(tokens: 1, milliseconds: 4, alone: false);
        }

        var on = 0;
        for (var step = 0; step < 5000; step++)
        {
            var isOn = controller.IsOn(0);
            on += isOn ? 1 : 0;
            if (isOn)
            {
                controller.Record(0, milliseconds: 1, nodes: 4, brought: 3, before: 1);
            }

            controller.Record(tokens: isOn ? 4 : 1, milliseconds: isOn ? 6 : 4, alone: false);
        }

        Assert.InRange(on, 2500, 5000);
    }

    [Fact]
    public void Record_ProposerThatWins_StaysOn()
    {
        var controller = new SpeculationController(Costs, 1);
        for (var step = 0; step < 500; step++)
        {
            controller.Record(0, milliseconds: 1, nodes: 4, brought: 3, before: 1);
            controller.Record(tokens: 4, milliseconds: 6, alone: false);
            Assert.True(controller.IsOn(0));
        }

        Assert.InRange(controller.TokenMilliseconds, 1.4, 1.6);
    }

    [Fact]
    public void Record_NodesOnALargeTree_AreChargedWhatTheyAddToThePass()
    {
        // The second node of a pass costs 0.4 ms, the seventeenth 5; a token saves 4.
        var costs = new StepCosts(new Dictionary<int, double> { [1] = 4, [2] = 4.4, [16] = 12, [17] = 17 });
        var (first, last) = (new SpeculationController(costs, 1), new SpeculationController(costs, 1));
        for (var step = 0; step < 60; step++)
        {
            first.Record(0, milliseconds: 0, nodes: 1, brought: 1, before: 1);
            last.Record(0, milliseconds: 0, nodes: 1, brought: 1, before: 16);
        }

        Assert.True(first.IsOn(0));
        Assert.False(last.IsOn(0));
    }

    [Fact]
    public void Record_ProposerThatOnlyRepeats_IsChargedItsOwnTimeAlone()
    {
        var controller = new SpeculationController(Costs, 2);
        for (var step = 0; step < 60; step++)
        {
            controller.Record(0, milliseconds: 0.01, nodes: 4, brought: 3, before: 1);
            controller.Record(1, milliseconds: 0.01, nodes: 0, brought: 0, before: 5);
        }

        Assert.True(controller.IsOn(0) && controller.IsOn(1));
    }

    [Fact]
    public void Record_ProposerThatWinsNowAndThen_IsHardlyEverPaused()
    {
        // Two steps in three lose 1 ms, the third wins 7: 5/3 ms a step on the whole.
        var (controller, random, paused) = (new SpeculationController(Costs, 5), new Random(3), 0);
        for (var step = 0; step < 3000; step++)
        {
            if (controller.IsOn(0))
            {
                var wins = random.Next(3) == 0;
                controller.Record(0, milliseconds: 0, nodes: 4, brought: wins ? 2 : 0, before: 1);
                controller.Record(tokens: wins ? 3 : 1, milliseconds: 5, alone: false);
            }
            else
            {
                controller.Record(tokens: 1, milliseconds: 4, alone: false);
                paused++;
            }
        }

        Assert.InRange(paused, 0, 300);
    }

    [Fact]
    public void Record_NotAdaptive_IsAlwaysOnAndEverythingIsWorthIt()
    {
        var controller = new SpeculationController(Costs, 1, adaptive: false);
        for (var step = 0; step < 50; step++)
        {
            controller.Record(0, milliseconds: 30, nodes: 4, brought: 0, before: 1);
        }

        Assert.True(controller.IsOn(0));
        Assert.Equal(0, controller.NodeWorth);
    }

    [Fact]
    public void Count_ManyTrials_ComesToTheirShare()
    {
        var account = new ProposalAccount(1);
        Assert.Equal(0.9, account.Chance(0, 5, 0.9));
        for (var i = 0; i < 1000; i++)
        {
            account.Count(0, 5, i % 4 == 0);
        }

        Assert.Equal(0.25, account.Chance(0, 5, 0.9), 0.1);
        Assert.Equal(0.4, account.Chance(0, 6, 0.4));
    }
}
