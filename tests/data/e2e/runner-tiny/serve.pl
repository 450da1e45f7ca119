# Answers every request on a port with "ok".
use strict;
use IO::Socket::INET;
$| = 1;
my $s = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $ARGV[0], Listen => 5, ReuseAddr => 1)
	or die "cannot listen on port $ARGV[0] as uid $>: $!\n";
print "listening\n";
while (my $c = $s->accept) {
	while (defined(my $line = <$c>)) { last if $line =~ /^\r?\n$/ }
	print $c "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nok\n";
	close $c;
}
