using System.Reflection;
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
            var name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..].Split('=')[0] : args[i].Split('=')[0];
            var (hasHyphen, hasValue) = (args[i].StartsWith('-'), args[i].Contains('='));
            if (!(hasHyphen || hasValue) || name.StartsWith('-') || (!options.Contains(name) && !name.Contains(':')))
            {
                yield return $"{args[i]}: not known. Use {string.Join(", ", options.Select(option => $"--{option}"))}, or a setting such as {setting}.";
            }

            else if (hasHyphen && !hasValue && i == args.Count - 1)
            {
                yield return $"{args[i]}: has no value. Give one behind it.";
            }

            i += hasHyphen && !hasValue ? 1 : 0; // the next one is its value
        }
    }

    /// <param name="args">What the host was started with. The environment may hold what is another host's.</param>
    /// <param name="sections">Each with what it is read into.</param>
    public static IEnumerable<string> Unknown(IReadOnlyList<string> args, params (string Name, Type Options)[] sections) =>
        from section in sections
        let known = section.Options.GetProperties().Where(IsSet).Select(property => property.Name).ToList()
        from setting in new ConfigurationBuilder().AddCommandLine([.. args]).Build().GetSection(section.Name).GetChildren()
        where !known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)
        select $"--{section.Name}:{setting.Key}: not known. {section.Name} has {string.Join(", ", known)}.";

    /// <summary>The full path of a folder that an option names; an empty one, as of a variable that is not set, names none.</summary>
    public static string Folder(IConfiguration configuration, string option, string otherwise) =>
        Path.GetFullPath(configuration[option] is { Length: > 0 } given ? given : otherwise);

    /// <summary>Whether configuration sets it: a collection is filled though nobody may replace it.</summary>
    private static bool IsSet(PropertyInfo property) => property.CanWrite
        || property.PropertyType.GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ICollection<>));
}
