using System.CommandLine;
using System.Text.Json;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Training.Corpora;

namespace Understudy.Cli.Demo;

/// <summary><c>understudy demo</c>.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object and nothing else on standard output." };
        var mails = new Option<int>("--mails") { Description = "Send at most this many mails; all by default.", HelpName = "N" };
        mails.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 8)
            {
                result.AddError("--mails: give a whole number from 8 up.");
            }
        });
        var command = new Command("demo", "Run the product on real mail, kill it in the middle, and count.") { json, mails };
        command.SetAction((result, cancellationToken) => RunAsync(
            new(Environment.GetEnvironmentVariable("UNDERSTUDY_MODELS") is { Length: > 0 } models ? Path.GetFullPath(models) : Path.GetFullPath("models"),
                result.GetValue(mails),
                result.GetValue(json)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DemoSettings settings, CancellationToken cancellationToken)
    {
        var screen = new DemoScreen(settings.Json);
        try
        {
            var result = await new DemoRun(settings, screen).RunAsync(cancellationToken);
            if (settings.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(result.Report, JsonSerializerOptions.Web));
            }
            else
            {
                screen.Show(result);
            }

            return result.Report.Batch is { Lost: 0, Duplicated: 0 } ? 0 : 1;
        }
        catch (Exception exception) when (exception is DemoFailedException or TaskNotFoundException or TaskInvalidException
            or ReleaseNotFoundException or ReleaseInvalidException or PackageMissingException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped; everything that the demo started has ended.");
            return 1;
        }
    }
}
