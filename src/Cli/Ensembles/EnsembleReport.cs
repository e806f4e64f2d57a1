using System.Globalization;

namespace Understudy.Cli.Ensembles;

/// <summary>What fitting an ensemble came to.</summary>
/// <param name="Asked">The policy that was asked for.</param>
/// <param name="Chosen">The policy that serves.</param>
/// <param name="FellBack">The best member answers alone, because the policy asked for showed no gain over it.</param>
/// <param name="BestMember">The tier that is right most often on the calibration set.</param>
/// <param name="BestMemberAccuracy">Its share of right answers there.</param>
/// <param name="Accuracy">That of the policy asked for, all tiers asked, each example answered by a fit that has not seen it.</param>
/// <param name="Wins">Examples that the policy has right and the best member wrong.</param>
/// <param name="Losses">Examples that it has wrong and the best member right.</param>
/// <param name="PValue">Probability of so many wins among those if the policy were no better (one-sided sign test).</param>
/// <param name="Ridge">For <c>stack</c>, the penalty with the least log-loss in cross-validation; null for others.</param>
internal sealed record EnsembleReport(
    string Asked, string Chosen, bool FellBack, string BestMember, double BestMemberAccuracy, double Accuracy, int Wins, int Losses, double PValue, double? Ridge)
{
    /// <summary>In a sentence or two, for a person.</summary>
    public string Describe()
    {
        var found = string.Create(CultureInfo.InvariantCulture, $"{Asked}: {Accuracy:0.00%} in cross-validation; the best member, {BestMember}, {BestMemberAccuracy:0.00%} ({Wins} won, {Losses} lost, p = {PValue:0.###}).");
        return FellBack ? $"{found} No gain: {BestMember} alone has the last word ('{Chosen}')." : found;
    }
}
