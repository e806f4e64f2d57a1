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
    public const int FirstDay = 10;

    public static int Singles(int mails) => Math.Min(SingleMails, mails / 4);

    public static int ShardRecords(int batch) => Math.Clamp(batch / Shards, 1, 64);
}
