using Understudy.Inference.Quality;

namespace Understudy.Inference.Tests.Quality;

public sealed class QualityEstimateTests
{
    [Theory]
    [InlineData(0, 299, 0.95, 0, 0.01226)] // 1 - 0.025^(1/299)
    [InlineData(5, 10, 0.95, 0.18709, 0.81291)] // Clopper and Pearson's own table
    [InlineData(10, 10, 0.9, 0.74113, 1)] // 0.05^(1/10)
    public void Of_Counts_IsTheExactInterval(int hits, int trials, double level, double low, double high)
    {
        var interval = ShareInterval.Of(hits, trials, level);

        Assert.Equal(low, interval.Low, 1e-5);
        Assert.Equal(high, interval.High, 1e-5);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(9_000_000_000_000_000_000, 9_000_000_000_000_000_000, 0.99999, 1)]
    [InlineData(4_500_000_000_000_000_000, 9_000_000_000_000_000_000, 0.499, 0.501)]
    [InlineData(1, 1_000_001, 0, 0.0001)]
    public async Task Of_MoreThanAnybodyCounts_TakesLittleTimeAndHoldsTheShare(long hits, long trials, double low, double high)
    {
        var interval = await Task.Run(() => ShareInterval.Of(hits, trials, 0.95), TestContext.Current.CancellationToken);

        Assert.Equal((double)hits / trials, interval.Value);
        Assert.InRange(interval.Low, low, interval.Value);
        Assert.InRange(interval.High, interval.Value, high);
    }

    [Theory]
    [InlineData(1_000_000, 500_000)]
    [InlineData(1_000_000, 990_000)]
    public void Of_AMillionTrials_IsWhatTheNormalApproximationComesTo(long trials, long hits)
    {
        var (interval, share) = (ShareInterval.Of(hits, trials, 0.95), (double)hits / trials);
        var half = 1.959964 * Math.Sqrt(share * (1 - share) / trials);

        Assert.Equal(share - half, interval.Low, 1e-6 * 3);
        Assert.Equal(share + half, interval.High, 1e-6 * 3);
    }

    /// <summary>
    /// Two thousand days of 1,500 answers, 1,200 of them by students who disagree with the lead in 36; 15 % are audited. The mean of the estimates
    /// is within four standard errors of the truth (a chance of 1 in 16,000 to be outside), and the interval covers it on at least 95 % of days.
    /// </summary>
    [Fact]
    public void Of_ManyDraws_IsUnbiasedAndItsIntervalCovers()
    {
        const int Days = 2000, Deferred = 300, Undeferred = 1200, Disagreeing = 36;
        const double Share = 0.15, Truth = 1 - ((double)Disagreeing / (Deferred + Undeferred));
        var draw = new AuditDraw(seed: 7);
        var (sum, squares, covered) = (0.0, 0.0, 0);
        for (var day = 0; day < Days; day++)
        {
            var counts = new QualityCounts { Deferred = Deferred, DeferredAgreed = Deferred, Undeferred = Undeferred };
            for (var answer = 0; answer < Undeferred; answer++)
            {
                var (drawn, wrong) = (draw.Next(Share) ? 1 : 0, answer < Disagreeing ? 1 : 0);
                counts += new QualityCounts { Drawn = drawn, Audited = drawn, Disagreed = drawn * wrong, DisagreedWeight = drawn * wrong / Share };
            }

            var estimate = QualityEstimate.Of(counts);
            sum += estimate.Agreement!.Value;
            squares += Math.Pow(estimate.Agreement.Value - Truth, 2);
            covered += estimate.AgreementLow <= Truth && Truth <= estimate.AgreementHigh ? 1 : 0;
        }

        Assert.InRange(sum / Days, Truth - (4 * Math.Sqrt(squares / Days / Days)), Truth + (4 * Math.Sqrt(squares / Days / Days)));
        Assert.InRange((double)covered / Days, 0.95, 1);
    }

    [Fact]
    public void Of_SomeDrawnWereMissed_TheOthersStandForThem()
    {
        var estimate = QualityEstimate.Of(new() { Undeferred = 1000, Drawn = 100, Audited = 50, Disagreed = 1, DisagreedWeight = 10 });

        Assert.Equal(0.98, estimate.Agreement!.Value, 1e-12);
        Assert.Equal(50, estimate.Missed);
    }

    [Fact]
    public void Of_NothingAudited_ClaimsNothing()
    {
        var estimate = QualityEstimate.Of(new() { Undeferred = 80, Deferred = 20, DeferredAgreed = 20, Degraded = 5 });

        Assert.Null(estimate.Agreement);
        Assert.Equal((0.2, 1.0), (estimate.AgreementLow, estimate.AgreementHigh));
        Assert.Equal((100, 5, 0.2), (estimate.Answers, estimate.Degraded, estimate.DeferralShare));
    }

    [Fact]
    public void Of_Degraded_CountsForNothing()
    {
        var estimate = QualityEstimate.Of(new() { Deferred = 10, DeferredAgreed = 10, Degraded = 90 });

        Assert.Equal((10, 1.0, 1.0), (estimate.Answers, estimate.Agreement!.Value, estimate.AgreementLow));
    }
}
