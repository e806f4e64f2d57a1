namespace Understudy.Cli.Demo;

/// <summary>How the demo uses the product.</summary>
internal static class DemoPlan
{
    public const string Task = "mail-triage";

    /// <summary>Mails sent one by one, unless that is more than a quarter of them.</summary>
    private const int SingleMails = 100;

    /// <summary>A batch is cut into about this many shards, so that there is a middle to kill the host in.</summary>
    private const int Shards = 20;

    /// <summary>One in so many of the lead's answers is what the student of the first day has seen.</summary>
    private const int FirstDay = 10;

    public static int Singles(int mails) => Math.Min(SingleMails, mails / 4);

    /// <summary>What the lead said on the first day and later. Every day brings some of each kind: the mails come sorted by what they are.</summary>
    public static (IReadOnlyList<T> First, IReadOnlyList<T> Later) Days<T>(IReadOnlyList<T> lessons)
    {
        var days = lessons.Index().ToLookup(lesson => lesson.Index % FirstDay == 0, lesson => lesson.Item);
        return ([.. days[true]], [.. days[false]]);
    }

    public static int ShardRecords(int batch) => Math.Clamp(batch / Shards, 1, 64);
}
