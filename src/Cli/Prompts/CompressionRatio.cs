using System.CommandLine;
using Understudy.Inference.PromptCompression;

namespace Understudy.Cli.Prompts;

internal static class CompressionRatio
{
    public static Option<double> Option()
    {
        var option = new Option<double>("--ratio") { Description = "Tokens before over tokens after.", HelpName = "NUMBER", DefaultValueFactory = _ => 4 };
        option.Validators.Add(result =>
        {
            foreach (var problem in new CompressionOptions { Ratio = result.GetValue(option) }.Problems())
            {
                result.AddError($"--{problem}.");
            }
        });
        return option;
    }
}
