using Understudy.Inference.Leads;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Retraining;

/// <summary>What a retraining does where the lead leaves inputs open: a few may be such as no lead answers, many mean that it is away.</summary>
internal static class OpenInputs
{
    private const int Few = 2;
    private const double FewShare = 0.1;

    /// <param name="needsOne">Whether all of few are too many.</param>
    /// <exception cref="LeadAwayException">Many are open: the step is to be tried again.</exception>
    public static void ThrowIfMany(Release release, int open, int asked, bool needsOne = false)
    {
        if (open > Math.Max(Few, FewShare * asked) || (needsOne && open == asked))
        {
            throw new LeadAwayException(
                $"The lead of '{release.Manifest.Task}' left {open} of {asked} inputs open: it is away, or its budget is spent. A retraining needs its answers.", TimeSpan.FromSeconds(30));
        }
    }
}
