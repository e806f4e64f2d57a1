using System.CommandLine;

namespace Understudy.Cli.Shell;

/// <summary>Options whose value is a share strictly between 0 and 1.</summary>
internal static class Shares
{
    public static Option<double> Option(string name, string description, double value)
    {
        var option = new Option<double>(name) { Description = description, HelpName = "SHARE", DefaultValueFactory = _ => value };
        option.Validators.Add(result => Check(result.GetValue(option), name, result.AddError));
        return option;
    }

    /// <summary>Without a default.</summary>
    public static Option<double?> Optional(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "SHARE" };
        option.Validators.Add(result => Check(result.GetValue(option) ?? 0.5, name, result.AddError));
        return option;
    }

    private static void Check(double value, string name, Action<string> refuse)
    {
        if (!(value > 0 && value < 1))
        {
            refuse($"{name} must lie between 0 and 1, such as 0.01.");
        }
    }
}
