using System.Globalization;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Shadows;

/// <summary>Decides whether live traffic speaks against a candidate. Too few inputs speak neither for nor against: then what the gate measured stands.</summary>
internal static class ShadowRules
{
    /// <summary>The test on those inputs alone that are like what is served; 1 where there are none.</summary>
    public static double DrawnPValue(ShadowCounts counts) => McNemar.NoWorse(counts.DrawnStableOnly, counts.DrawnCandidateOnly);

    public static ShadowReport Decide(ShadowCounts counts, RetrainSettings settings)
    {
        var pValue = McNemar.NoWorse(counts.StableOnly, counts.CandidateOnly);
        var (before, after) = (counts.StableTimes.Median(), counts.CandidateTimes.Median());
        List<string> against = [];
        void Refuse(bool isWorse, FormattableString reason)
        {
            if (isWorse)
            {
                against.Add(reason.ToString(CultureInfo.InvariantCulture));
            }
        }

        var isEnough = counts.Inputs >= settings.ShadowInputs;
        Refuse(counts.Errors > settings.MostShadowErrors * counts.Inputs, $"Its students failed on {counts.Errors} of {counts.Inputs} live inputs; at most {settings.MostShadowErrors:P1} may fail (Retraining:MostShadowErrors).");
        Refuse(isEnough && pValue < McNemar.Significance, $"On live inputs that the lead ruled on its students are right where those that serve are not {counts.CandidateOnly} times, and wrong where those are right {counts.StableOnly} times (exact McNemar, p = {pValue:G2}).");
        Refuse(isEnough && DrawnPValue(counts) < McNemar.Significance, $"On {counts.Drawn} live inputs that were drawn as they are served its students are right where those that serve are not {counts.DrawnCandidateOnly} times, and wrong where those are right {counts.DrawnStableOnly} times (exact McNemar, p = {DrawnPValue(counts):G2}).");
        Refuse(isEnough && GateRules.IsSlower(before, after, settings), $"Its students take {after:0.000} ms for a live input, and those that serve {before:0.000} (medians).");
        if (against.Count > 0)
        {
            return new(false, against, counts, pValue);
        }

        var few = string.Create(CultureInfo.InvariantCulture, $"It was asked about {counts.Inputs} live inputs, and {settings.ShadowInputs} are needed to judge by (Retraining:ShadowInputs): what the gate measured stands.");
        return new(true, [isEnough ? counts.ToString() : few], counts, pValue);
    }
}
