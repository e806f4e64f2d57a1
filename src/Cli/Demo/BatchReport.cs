namespace Understudy.Cli.Demo;

/// <summary>The batch's records against its results.</summary>
/// <param name="Records">Records sent.</param>
/// <param name="Lost">Records without a result.</param>
/// <param name="Duplicated">Results too many.</param>
/// <param name="Killed">Whether the host was killed while the batch was under way.</param>
internal sealed record BatchReport(int Records, int Lost, int Duplicated, bool Killed)
{
    public static BatchReport Of(IReadOnlyCollection<string> sent, IReadOnlyCollection<string> answered, bool killed)
    {
        var distinct = answered.ToHashSet(StringComparer.Ordinal);
        return new(sent.Count, sent.Count(id => !distinct.Contains(id)), answered.Count - distinct.Count, killed);
    }
}
