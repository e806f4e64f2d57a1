using Understudy.Inference.Quality;

namespace Understudy.Inference.Tests.Quality;

public sealed class InputShiftTests
{
    /// <summary>
    /// 10,000 pairs of samples of one distribution at a level of 1 %, with no least effect: at most 1 % and four standard errors (a chance of 1 in 30,000) are
    /// taken for drift, with two labels and with 150, of which most are too rare for a test of their own.
    /// </summary>
    [Theory]
    [InlineData(2, 60, 200)]
    [InlineData(10, 1000, 300)]
    [InlineData(150, 300, 700)]
    [InlineData(150, 20_000, 700)]
    public void Of_NothingHasChanged_AlarmsAreNoMoreThanTheLevelSays(int labels, int recent, int calibrated)
    {
        const int Pairs = 10_000;
        const double Level = 0.01;
        var draws = new InputDraws(labels, seed: 11);
        var pairs = recent > 5000 ? Pairs / 10 : Pairs;

        var alarms = Enumerable.Range(0, pairs).Count(_ => Shift(labels, draws.Draw(recent), draws.Draw(calibrated), InputDraws.Audit with { InputLevel = Level, InputEffect = 0 }).Drift is true);

        Assert.InRange((double)alarms / pairs, Level / 10, Level + (4 * Math.Sqrt(Level * (1 - Level) / pairs)));
    }

    /// <summary>One input in four is of another kind: of 200 windows of 500 inputs every one is found.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(150)]
    public void Of_InputsOfAnotherKind_AreFound(int labels)
    {
        var draws = new InputDraws(labels, seed: 12);

        Assert.All(Enumerable.Range(0, 200), _ => Assert.True(Shift(labels, draws.Draw(500, changed: 0.25), draws.Draw(700), InputDraws.Audit).Drift));
    }

    [Fact]
    public void Of_InputsOfARareLabel_NamesIt()
    {
        var draws = new InputDraws(150, seed: 13);

        var shift = Shift(150, draws.Draw(500, changed: 0.25), draws.Draw(700), InputDraws.Audit);

        Assert.Equal("label 149", shift.More[0].Label);
        Assert.InRange(shift.More[0].Recent, 0.2, 0.3);
        Assert.Contains("'label 149'", shift.Summary);
        Assert.All(shift.Less, label => Assert.True(label.Recent < label.Calibrated));
    }

    /// <summary>
    /// Looks of 30 days, one after every 20 inputs of 400 a day, each at the last 24 hours: the windows overlap, and the calibration set stays the same. Of 60
    /// such months none has an alarm, and some have one with a level of 5 % and no least effect. (Of 400 months each of four such tasks, with 3 or 150 labels, 300 to
    /// 2,000 examples and 60 to 2,000 inputs in a window, at most 5 had one at the level that is the default, and up to 16 at ten times that.)
    /// </summary>
    [Fact]
    public void Of_LooksAtOverlappingWindows_RaiseNoAlarm()
    {
        var (strict, lax) = (0, 0);
        for (var month = 0; month < 60; month++)
        {
            var draws = new InputDraws(3, seed: 100 + month);
            var (calibrated, window) = (draws.Draw(300), new Queue<InputCounts>());
            var (isStrict, isLax) = (false, false);
            for (var look = 0; look < 30 * 20; look++)
            {
                window.Enqueue(draws.Draw(20));
                if (window.Count > 20)
                {
                    window.Dequeue();
                }

                var recent = window.Aggregate((InputCounts?)null, InputCounts.Sum)!;
                isStrict |= Shift(3, recent, calibrated, InputDraws.Audit).Drift is true;
                isLax |= Shift(3, recent, calibrated, InputDraws.Audit with { InputLevel = 0.05, InputEffect = 0 }).Drift is true;
            }

            (strict, lax) = (strict + (isStrict ? 1 : 0), lax + (isLax ? 1 : 0));
        }

        Assert.Equal(0, strict);
        Assert.InRange(lax, 10, 60);
    }

    [Fact]
    public void Of_SignificantButSmall_IsNoDrift()
    {
        var shift = Shift(2, Counts(53_000, 47_000), Counts(50_000, 50_000), InputDraws.Audit);

        Assert.True(shift.PValue < 1e-10);
        Assert.InRange(shift.Labels!.Effect, 0.001, 0.01);
        Assert.False(shift.Drift);
        Assert.Equal(("label 0", 0.5, 0.53), (shift.More[0].Label, shift.More[0].Calibrated, shift.More[0].Recent));
        Assert.Equal("label 1", Assert.Single(shift.Less).Label);
        Assert.True(Shift(2, Counts(53_000, 47_000), Counts(50_000, 50_000), InputDraws.Audit with { InputEffect = 0.001 }).Drift);
    }

    [Fact]
    public void Of_OnlyConfidenceHasChanged_IsDrift()
    {
        var (sure, unsure) = (Counts(500, 500), Counts(500, 500) with { Confidence = [0, 400, 0, 0, 0, 0, 0, 0, 600, 0] });

        var shift = Shift(2, unsure, sure, InputDraws.Audit);

        Assert.True(shift.Drift);
        Assert.Equal(0, shift.Labels!.Effect);
        Assert.Contains("less than 0.9 sure of 40.0 %", shift.Summary.Replace('\u00a0', ' '));
    }

    [Fact]
    public void Of_TooFewOrUnknown_ClaimsNothing()
    {
        var shift = Shift(2, Counts(3, 1), Counts(50, 50), InputDraws.Audit);

        Assert.Equal((4, null, null), (shift.Inputs, shift.Drift, shift.PValue));
        Assert.Contains("too few", shift.Summary);
        Assert.Null(InputShift.Of(null, Counts(50, 50), InputDraws.Names(2), InputDraws.Audit));
        Assert.Null(InputShift.Of(Counts(50, 50), null, InputDraws.Names(2), InputDraws.Audit));
        Assert.Null(InputShift.Of(Counts(50, 50), Counts(50, 50), InputDraws.Names(3), InputDraws.Audit));
    }

    private static InputShift Shift(int labels, InputCounts recent, InputCounts calibrated, TaskAudit audit) =>
        InputShift.Of(recent, calibrated, InputDraws.Names(labels), audit)!;

    private static InputCounts Counts(long one, long other) => new() { Labels = [one, other], Confidence = [0, 0, 0, 0, 0, 0, 0, 0, one + other, 0] };
}
