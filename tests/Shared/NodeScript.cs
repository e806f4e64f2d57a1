using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Understudy.Tests;

/// <summary>Runs a script that uses OpenAI's own npm client, unchanged.</summary>
internal static class NodeScript
{
    /// <summary>The JSON object that the script prints. Skips the test where the client is not installed.</summary>
    /// <param name="script">Relative to the test's output folder.</param>
    /// <param name="url">The service's, the script's first argument.</param>
    public static async Task<JsonNode> RunAsync(string script, string url)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !Directory.Exists(Path.Combine(root.FullName, "node_modules", "openai")))
        {
            root = root.Parent;
        }

        Assert.SkipWhen(root is null, "There is no node_modules/openai above the tests; './run test' installs it.");
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, script), url])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        return JsonNode.Parse(output)!;
    }
}
