namespace Understudy.EndToEnd.Tests.Demo;

/// <summary>The repository that the tests were built in.</summary>
internal static class Repository
{
    /// <summary>Its models folder; <see langword="null"/> when <c>mail-triage</c> has no stable release there.</summary>
    public static string? Models()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Serverless.sln")))
        {
            folder = folder.Parent;
        }

        var models = Path.Combine(folder.FullName, "models");
        return File.Exists(Path.Combine(models, MailRelease.Task, "channels", "stable.json")) ? models : null;
    }
}
