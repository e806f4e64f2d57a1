namespace Understudy.Tests;

/// <summary>A host whose trigger does not look while tests run: what lies in a container stays there until a test does something with it.</summary>
public sealed class QuietHost() : TestHost("--BatchTrigger:PollMilliseconds=60000");
