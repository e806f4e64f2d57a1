using Microsoft.Extensions.Configuration;

namespace Understudy.Hosting;

/// <summary>Finds what a host is given and does not know.</summary>
public static class HostArguments
{
    /// <param name="args">What the host was started with.</param>
    /// <param name="options">Its own options.</param>
    /// <param name="setting">One of its settings, for the message.</param>
    public static IEnumerable<string> Unknown(IReadOnlyList<string> args, string[] options, string setting)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i].TrimStart('-').Split('=')[0];
            var (hasHyphen, hasValue) = (args[i].StartsWith('-'), args[i].Contains('='));
            if (!(hasHyphen || hasValue) || (!options.Contains(name) && !name.Contains(':')))
            {
                yield return $"{args[i]}: not known. Use {string.Join(", ", options.Select(option => $"--{option}"))}, or a setting such as {setting}.";
            }

            i += hasHyphen && !hasValue ? 1 : 0; // the next one is its value
        }
    }

    /// <param name="configuration">What the host was started with, and its environment.</param>
    /// <param name="sections">Each with what it is read into.</param>
    public static IEnumerable<string> Unknown(IConfiguration configuration, params (string Name, Type Options)[] sections) =>
        from section in sections
        let known = section.Options.GetProperties().Where(property => property.CanWrite).Select(property => property.Name).ToList()
        from setting in configuration.GetSection(section.Name).GetChildren()
        where !known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)
        select $"--{section.Name}:{setting.Key}: not known. {section.Name} has {string.Join(", ", known)}.";
}
