using System.CommandLine;
using Understudy.Cli.Shell;
using Understudy.Inference.PromptCompression;

namespace Understudy.Cli.Prompts;

internal static class CompressionRatio
{
    public static Option<double> Option() => Numbers.Option(
        "--ratio", "Tokens before over tokens after.", "NUMBER", 4.0, $"a number above 1 and at most {CompressionOptions.MaxRatio}, such as 4 for a quarter of the tokens",
        ratio => new CompressionOptions { Ratio = ratio }.Problems().Count == 0);
}
